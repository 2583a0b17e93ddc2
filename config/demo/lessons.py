"""What the demo's company learnt: a few words for each family of harm, by the first two letters of its codes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lesson:
    """`factors` are (category, text); `improvements` are (title, kind, priority, what was done)."""

    summary: str
    impact: str
    well: str
    badly: str
    lucky: str
    factors: tuple[tuple[str, str], ...]
    improvements: tuple[tuple[str, str, int, str], ...]


LESSONS = {
    "VT": Lesson(
        "Uploads naming a place and a time were reported by the regional team and acknowledged by the one on duty. The first copies were removed within the hour; re-uploads under other tags went on until the hashes were shared.",
        "About **14,000 views** before removal, four out of five in the first forty minutes. No harm to a person is known. How many copies were saved elsewhere is not known.",
        "- The page reached the right person at once.\n- One viewer decided from text and metadata; nobody else had to look.",
        "- Loading hashes by hand took three tries; the form gives no sign that a hash was refused.\n- Law enforcement contacts were looked up in a chat from last year.",
        "The uploader used one device. Two would have passed the block we set.",
        (
            ("tooling", "A refused hash looks the same as an accepted one."),
            ("detection", "Tags in a second language were not on the watch list."),
        ),
        (
            ("Say so when the match bank refuses a hash", "tooling", 1, "The form shows the bank's answer; tried with three broken hashes."),
            ("Keep law enforcement contacts in the playbook", "process", 2, "Moved, with an owner and a quarterly check."),
            ("Watch tags in Russian and Spanish beside English", "detect", 1, ""),
        ),
    ),
    "CS": Lesson(
        "A cluster of known matches appeared on accounts made within one hour. All of them were closed and reported. No new material was involved and nobody had to view any.",
        "Eleven accounts. Every upload was matched before anybody saw it. The reports' numbers are kept; nothing else is.",
        "- Matching before publication held.\n- The child safety route paged its manager at the first step.",
        "- Linking the accounts to each other was done by hand and took most of an evening.",
        "The accounts shared an address pattern. With random ones the cluster would have looked like eleven single matches.",
        (
            ("tooling", "There is no view of accounts by how they were made."),
            ("staffing", "One cleared specialist was on duty for two queues."),
        ),
        (
            ("Group new accounts by how they were made", "detect", 1, "In the specialists' tool since last week."),
            ("Two cleared specialists on every night shift", "wellness", 2, ""),
        ),
    ),
    "SH": Lesson(
        "A sound was recommended beside clips of a dangerous challenge. The sound was taken out of recommendations and searches for it lead to help lines. The wording in public was kept plain and did not name the challenge.",
        "Mostly seen by people under twenty in two regions. Two clips passed **100,000 views** before the sound was held back. No injury is known to us.",
        "- Data and the regional lead agreed within twenty minutes that it was real and not a hoax.\n- Communications kept the name of the challenge out of every sentence.",
        "- Taking out a sound needs a person with a permission only two people have.\n- Warnings made by worried adults were recommended for a while.",
        "It began on a weekday morning where the permission was awake.",
        (
            ("process", "Holding back a sound depends on two people."),
            ("policy", "Our words do not say what to do with warnings that spread the thing they warn of."),
        ),
        (
            ("Let every shift hold back a sound", "contain", 1, "Four people in three regions have the permission."),
            ("Say in policy how warnings are treated", "prevent", 2, ""),
            ("Interstitials for misspellings of the tag", "contain", 3, "Out of proportion: the tag is gone."),
        ),
    ),
    "IN": Lesson(
        "Regional pages shared the same false text within minutes of each other. The pages were linked by behaviour and taken down together; the text was labelled where people had quoted it in good faith.",
        "Forty pages, roughly 60,000 views, nearly all in one region. The share that was quoted in good faith was about a third.",
        "- Behaviour and content were judged apart, and the doubts of the regional lead were written down.\n- The electoral commission's contact answered within the hour.",
        "- The first translation was a machine's and missed the irony of half the replies.",
        "It came nine days before the vote and not two.",
        (
            ("communication", "A machine translation was passed on as if somebody had checked it."),
            ("detection", "Pages that post one text within minutes are not flagged."),
        ),
        (
            ("Mark unchecked translations wherever they are shown", "tooling", 1, ""),
            ("Flag pages that post one text within minutes", "detect", 2, "Running since Monday, twelve flags, two of them false."),
        ),
    ),
    "HA": Lesson(
        "A home address was repeated in comments under posts that had nothing to do with it. The address was removed wherever it appeared, screenshots included, and the person was called before anything else was done.",
        "Seen by about 4,000 people in six hours. The person concerned stayed elsewhere for two nights; police know.",
        "- The call to the target came before the search for copies.\n- Comments on their posts were paused within ten minutes.",
        "- Screenshots of the address were found by people reading, not by matching.\n- Legal and Policy were asked the same question twice, an hour apart.",
        "The one who began it deleted the account before we found it.",
        (
            ("tooling", "Text inside pictures is not searched."),
            ("process", "It is not said who asks Legal first."),
        ),
        (
            ("Search the text inside pictures for removed addresses", "detect", 1, ""),
            ("Say in the playbook who calls the target, and when", "process", 1, "Written, and used twice since."),
        ),
    ),
    "FR": Lesson(
        "Accounts with verified badges were taken over and used to sell things that do not exist. The owners got them back within a day; the takeover ran through a support form that asked for too little.",
        "Twenty-six shops, fewer than 300 buyers. The money is being given back by the payment partner.",
        "- The partner's hotline answered at once.\n- One template told every owner the same thing in four languages.",
        "- The first two owners were told to wait for a mail that went to the taken account.",
        "The takeovers began on a Tuesday, when both cohorts are at work.",
        (
            ("policy", "Support could hand an account over on a name and an order number."),
            ("communication", "Owners were written to at the address that had been taken."),
        ),
        (
            ("Ask for a second proof before an account changes hands", "prevent", 1, "In force for verified accounts; the others follow."),
            ("Write to the address on record before the change", "process", 2, ""),
        ),
    ),
    "": Lesson(
        "It was reported once, taken up at once, and spread faster than the first search suggested. A second search by hash found the copies the first had missed.",
        "Fewer than 10,000 views in all. The person concerned was told what was done and what was not.",
        "- One person led and everybody knew who.\n- The target's safety came before the search for copies.",
        "- Legal and Policy were asked the same question twice, an hour apart.",
        "The largest account that had posted it took it down by itself.",
        (
            ("process", "It is not said who asks Legal first."),
            ("external", "A partner's report came in without any ids."),
        ),
        (
            ("Name the one who asks Legal on the first page of the playbook", "process", 2, "On the page, and in the task list."),
            ("Search by hash before searching by word", "contain", 1, ""),
        ),
    ),
}  # fmt: skip


def lesson_for(harm_type: str) -> Lesson:
    return LESSONS.get(harm_type[:2], LESSONS[""])
