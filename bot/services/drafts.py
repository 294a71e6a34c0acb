"""A promise before it is one: read from words, previewed, changed, published."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from bot.domain.calendar import local
from bot.domain.commitments import DRAFT_LIVES, MAX_TEXT, Commitment, Event, Happened, State, tidy
from bot.domain.date_options import fresh_dates
from bot.domain.dates import Ambiguous, NotUnderstood, Parsed, Past, Understood, split_promise
from bot.domain.errors import Refused
from bot.domain.notices.commitments import (
    CommitUsage,
    ConsentMissing,
    DateAsked,
    DateOption,
    DraftOver,
    DraftPast,
    JoinFirst,
    NeedsZone,
    Preview,
    PromiseTooLong,
    Published,
    Purpose,
)
from bot.domain.notices.general import StaleButton
from bot.domain.people import Consent, Group, Learner, Membership
from bot.domain.plans import Plan
from bot.services import groups as joining
from bot.services import plans, promise_changes, promise_facts, promise_posts
from bot.services.scoping import match_scope
from bot.store import commitments, groups, people
from bot.store.database import Tx
from bot.store.people import Dialogue

DIALOGUE: Final = "promise"  # asks for a date; data: purpose, subject, text, group, source


def question_key(learner_id: int) -> str:
    """The shown key of the message that asks a learner for a date."""
    return f"when:{learner_id}"


# --- from words to a draft --------------------------------------------------------------------------------------------
async def begin(tx: Tx, learner: Learner, group: Group | None, words: str, *, source: str, at: datetime) -> Preview | DateAsked:
    """Make a draft of "finish Calculus by end of June", or ask by when.

    `source` is the update it came in: twice is once. Refused without words, without the learner's zone, over 300 characters,
    and in a group the learner has not joined.
    """
    if learner.zone is None:
        raise Refused(NeedsZone(in_group=group is not None))
    if group and await people.membership(tx, learner_id=learner.id, group_id=group.id) is None:
        raise Refused(JoinFirst(group=group.title, join_code=group.join_code))
    split = split_promise(words, at=at, zone=learner.zone, language=learner.language)
    text = tidy(split.text)
    if not text:
        raise Refused(CommitUsage())
    if len(text) > MAX_TEXT:
        raise Refused(PromiseTooLong(length=len(text), limit=MAX_TEXT))
    if isinstance(split.parsed, Understood):
        return await make(tx, learner, text, split.parsed.instant, group=group, source=source, at=at)
    data = {"text": text, "group": group.id if group else None, "source": source}
    return await ask_date(
        tx, learner, Purpose.NEW, learner.id, text=text, parsed=split.parsed, said=split.phrase, at=at, data=data
    )


async def ask_date(
    tx: Tx,
    learner: Learner,
    purpose: Purpose,
    subject: int,
    *,
    text: str,
    parsed: Parsed | None,
    at: datetime,
    said: str | None = None,
    options: tuple[tuple[str, datetime], ...] | None = None,
    data: dict[str, Any] | None = None,
    message: str | None = None,
) -> DateAsked:
    """Ask by when, and remember in the dialogue what for; `parsed` is what made of the date `said` no answer.

    `data` of a question asked in a group has its id; `message` is the message that asks, where it is one edited.
    """
    zone = learner.clock_zone
    offered = tuple(DateOption(name, instant, zone) for name, instant in options or fresh_dates(at, zone=zone))
    why = "missing"
    match parsed:
        case Ambiguous():
            why = "several" if parsed.why == "vague" else parsed.why
            offered = tuple(DateOption("", one.instant, zone) for one in parsed.candidates)
        case Past():
            why = "past"
        case NotUnderstood():
            why = parsed.reason
        case Understood():
            why = "same"
        case _:
            pass
    remembered = {**(data or {}), "purpose": purpose, "subject": subject, "text": text}
    await people.set_dialogue(tx, learner.id, Dialogue(DIALOGUE, "when", remembered, message), at=at)
    in_group = bool(remembered.get("group"))
    return DateAsked(purpose=purpose, subject=subject, text=text, why=why, said=said, options=offered, in_group=in_group)


async def make(
    tx: Tx, learner: Learner, text: str, due_at: datetime, *, group: Group | None, source: str, at: datetime
) -> Preview:
    """Store a draft and return its preview."""
    members = await _memberships(tx, learner)
    chosen = next((one for one in members if group and one.group_id == group.id), None)
    if group is None and len(members) == 1:
        chosen = members[0]
    plan = await plans.active_plan(tx, learner.id)
    made = await commitments.add_draft(
        tx,
        learner_id=learner.id,
        group_id=chosen.group_id if chosen else None,
        source=source,
        text=text,
        scope=match_scope(plan or Plan(title=""), text),
        consent=chosen.consent if chosen else (None if members else Consent.PRIVATE),
        in_place=group is not None,
        due_at=due_at,
        due_wall=local(due_at, learner.clock_zone),
        zone=learner.clock_zone,
        at=at,
    )
    return await preview(tx, made)


async def _memberships(tx: Tx, learner: Learner) -> list[Membership]:
    """The learner's memberships of groups in which the bot still is."""
    members = await people.groups_of(tx, learner.id)
    known = await groups.get_many(tx, [one.group_id for one in members])
    return [one for one in members if known[one.group_id].active]


async def preview(tx: Tx, draft: Commitment) -> Preview:
    """The preview of a draft as it stands."""
    learner = await people.get(tx, draft.learner_id)
    members = await _memberships(tx, learner)
    known = await groups.get_many(tx, [one.group_id for one in members])
    here = next((one for one in members if one.group_id == draft.group_id), None)
    return Preview(
        promise=await promise_facts.tell_one(tx, draft),
        groups=tuple((one.group_id, known[one.group_id].title) for one in members) if not draft.in_place else (),
        group=known[here.group_id].title if here else None,
        level=draft.consent,
        widest=(here.consent or Consent.ALERT) if here else Consent.PRIVATE,
        in_place=draft.in_place,
        unreachable=learner.id not in await people.reachable(tx, [learner.id]),
        choosing=here is None and draft.consent is None,
    )


# --- changing a draft -------------------------------------------------------------------------------------------------
async def draft_of(tx: Tx, learner: Learner, commitment_id: int, *, at: datetime) -> Commitment:
    """The learner's own draft behind a button; Refused where it is no draft any more, or a day old."""
    found = await promise_facts.own(tx, learner, commitment_id)
    if found.state is not State.DRAFT:
        raise Refused(StaleButton(why="over"))
    if at > found.created_at + DRAFT_LIVES:
        raise Refused(DraftOver())
    return found


async def choose_level(tx: Tx, learner: Learner, commitment_id: int, level: Consent, *, at: datetime) -> Preview:
    """Choose who sees the promise, at most as many as the learner lets the group see of them."""
    found = await draft_of(tx, learner, commitment_id, at=at)
    if level.rank > (await preview(tx, found)).widest.rank:
        raise Refused(StaleButton(why="over"))
    await commitments.change(tx, found.id, consent=level)
    return await preview(tx, replace(found, consent=level))


async def choose_group(tx: Tx, learner: Learner, commitment_id: int, group_id: int, *, at: datetime) -> Preview:
    """Choose the group the promise is made in; 0 keeps it private."""
    found = await draft_of(tx, learner, commitment_id, at=at)
    member = next((one for one in await _memberships(tx, learner) if one.group_id == group_id), None)
    if found.in_place or (group_id and member is None):
        raise Refused(StaleButton(why="over"))
    consent = member.consent if member else Consent.PRIVATE
    await commitments.change(tx, found.id, group_id=group_id or None, consent=consent)
    return await preview(tx, replace(found, group_id=group_id or None, consent=consent))


async def change_date(tx: Tx, learner: Learner, commitment_id: int, due_at: datetime, *, at: datetime) -> Preview:
    """Give a draft another date, on the clock of where the learner is now."""
    found = await draft_of(tx, learner, commitment_id, at=at)
    zone = learner.clock_zone
    values = {"due_at": due_at, "first_due_at": due_at, "due_wall": local(due_at, zone), "zone": zone}
    await commitments.change(tx, found.id, **values)
    return await preview(tx, replace(found, due_at=due_at, zone=zone))


async def drop(tx: Tx, learner: Learner, commitment_id: int) -> None:
    """Cancel a draft."""
    found = await promise_facts.own(tx, learner, commitment_id)
    if found.state is not State.DRAFT:
        raise Refused(StaleButton(why="over"))
    await commitments.drop_draft(tx, found.id)
    await people.end_dialogue(tx, learner.id)


# --- publishing -------------------------------------------------------------------------------------------------------
async def publish(tx: Tx, learner: Learner, commitment_id: int, *, ref: str, at: datetime) -> Published:
    """Make a draft a promise, and post it where its group may see it; `ref` is the message with the preview.

    Typed in the group, that message becomes the post. A consent the learner had not chosen in the group is chosen with it.
    Refused where the draft is stale, its date has passed, or who sees it was not chosen.
    """
    found = await draft_of(tx, learner, commitment_id, at=at)
    if found.consent is None:
        raise Refused(ConsentMissing())
    if found.due_at <= at:
        raise Refused(DraftPast())
    await _let_group_see(tx, learner, found, at=at)
    await commitments.change(tx, found.id, state=State.OPEN, published_at=at, first_due_at=found.due_at)
    await commitments.add_events(tx, [(found.id, Event(Happened.PUBLISHED, at, {}))])
    made = replace(found, state=State.OPEN, published_at=at)
    public = (await commitments.consents(tx, [made.id]))[made.id].public
    group = await groups.get(tx, made.group_id) if made.group_id else None
    if group and made.in_place:
        await promise_posts.turn_into_post(tx, group, made, ref=ref, at=at)
    elif group and public:
        await promise_posts.put_up(tx, group, made, at=at)
    await promise_changes.follow_up(tx, learner, made, at=at)
    return Published(promise=await promise_facts.tell_one(tx, made), group=group.title if group and public else None)


async def _let_group_see(tx: Tx, learner: Learner, draft: Commitment, *, at: datetime) -> None:
    """Carry a level chosen in the preview over to a membership that has none yet; left meanwhile, the draft is over."""
    if draft.group_id is None:
        return
    member = await people.membership(tx, learner_id=learner.id, group_id=draft.group_id)
    group = await groups.get(tx, draft.group_id)
    if member is None or not group.active:
        raise Refused(JoinFirst(group=group.title, join_code=group.join_code))
    if member.consent is None and draft.consent and draft.consent is not Consent.PRIVATE:
        await joining.choose_consent(tx, learner, group, draft.consent, at=at)
