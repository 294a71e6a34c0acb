"""python -m benchmarks [NAME …]: run the measurements, each in processes of its own, and print their tables."""

import argparse

from benchmarks import burst, checkins, idle, kills, morning, moving, start, transport, workers, years

ALL = {
    "morning": morning.measure,
    "idle": idle.measure,
    "start": start.measure,
    "checkins": checkins.measure,
    "years": years.measure,
    "transport": transport.measure,
    "burst": burst.measure,
    "kills": kills.measure,
    "moving": moving.measure,
    "workers": workers.measure,
}


def main() -> None:
    """Run those named, or all."""
    reader = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    reader.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    names = reader.parse_args().names or list(ALL)
    unknown = set(names) - set(ALL)
    if unknown:
        reader.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    for name in names:
        ALL[name]()


if __name__ == "__main__":
    main()
