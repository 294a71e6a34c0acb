"""The store on PostgreSQL."""

from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.schema import metadata


async def test_each_test_has_a_database_of_its_own_with_all_tables(postgres_url: str) -> None:
    database = Database(postgres_url)
    async with database.write() as tx:
        for table in metadata.sorted_tables:
            assert (await tx.execute(select(func.count()).select_from(table))).scalar_one() == 0
    await database.close()
