"""Words of English that tell what a clause does rather than what it is about."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


RELATIVE = _set("who whom whose which where")
"""Question words that may also say more of a thing: "the dam, which is old"."""

WH = RELATIVE | _set("what when why how")
AUXILIARIES = _set(
    "did does do is are was were has have had can could will would should shall may might must"
)
PREPOSITIONS = _set(
    "since on at in by for from to of with about until till under through against over within "
    "during between after before behind into near among beside inside"
)
OPENERS = _set(
    "so and but or also ok okay k hey heyy hi hello hiya yo well wait please then um umm uh hm "
    "hmm hmmm oh ah aw btw anyway anyways actually seriously now like lol guys folks all everyone "
    "bot everybody dear sir madam dude bro man mate just right yes yeah yep no nope erm alright "
    "again first second third next finally lastly footnote because cause cuz since though haha "
    "roughly exactly approximately precisely personally specifically honestly basically "
    "apparently supposedly "
    "wow lmao lmfao rofl hahaha hehe omg ugh yay welp phew meh yikes damn dang gosh xd wtf "
    "idk tbh ngl smh brb afk gtg agreed bump congrats woah whoa"
)
"""May stand before what a clause says, and don't change what it does."""

INTERJECTIONS = _set("so ok okay lol and but well also haha anyway hey hi btw oh")
CLOSINGS = _set("thanks thank cheers regards sincerely lol lmao haha")
JOINERS = _set("and plus also & +")

MYSELF = _set("i we me my our")
PERSONS = _set("he him his she her hers")
POINTERS = PERSONS | _set("this that these those they them their theirs")
PRONOUNS = POINTERS | _set("it its")
SUBJECTS = _set("the they he she it there this that any these those someone anyone people")
"""What follows a verb that opens a question, wherever that stands."""

NO_SUBJECTS = _set(
    "not been to be love like wait just reading looking trying wondering thinking also only never "
    "mind worry fun use so very really your my me"
)
"""What follows the same verbs in an order or half a sentence: "have just left"."""

MEASURES = _set("many much far long old often big large high close come else")

KNOWING = _set(
    "wonder wondering wondered know knows knew ask asks asked asking tell tells telling sure see "
    "get understand remember recall out explain idea ideas clue curious interested forgot forget "
    "learn confused check confirm clarify say says mention mentions question questions about "
    "remind specify discuss describe matter matters clear"
)
"""Before a question that is packed into a sentence: "no idea who"."""

CLAIMING = _set("know knew see get understand remember recall")
"""Of those, what follows "I" if the writer has the answer: "I know who wrote it"."""

CHAT_SUBJECTS = MYSELF | _set("you this it anyone anybody someone somebody that there to")
"""After "if" or "what" in a sentence about the chat: "sorry if this was asked"."""

LIKING = _set("love like hate enjoy see loved liked hated")
HEARING = _set("heard read saw")
REPORTING = _set("says said told claims claimed thinks thought swears insists reckons believes")

VERBS = AUXILIARIES | _set(
    "says said tells told thinks thought gets got goes went makes made means meant keeps kept "
    "wants wanted needs needed comes came takes took looks looked seems seemed feels felt works "
    "worked opens opened closes closed starts started stays stayed runs ran gives gave knows knew "
    "likes liked loves loved hates hated smells tastes sounds sounded became becomes grows grew "
    "am"
)
"""Common verbs behind a subject; the article's own need not be here."""

FINITE = _set(
    "am was were asked saw heard found watched noticed had tried looked forgot missed googled "
    "searched kept woke spent joined went said says is told wants keeps thinks insists claims "
    "gave made"
)
"""Verbs behind "I" or "my dad" that no auxiliary can stand before: "did I asked"."""

GOVERNING = WH | _set(
    "that if whether as than because cause before after while and or but so like the a an my our "
    "your his her its their not to am be been unless though although"
)
"""A sentence goes on after these: "the thing that I read"."""

SENTENCE_STARTS = (
    WH
    | AUXILIARIES
    | OPENERS
    | _set(
        "this my our hope hoping sorry thanks thank it we you not asking that he she they the a an"
    )
    | _set("im ive i there here if when after before yesterday today some")
)
"""Words whose capital begins a sentence and no name."""

SAYING = _set("say says said tell told mean means meant claim claims claimed")
TAGS = WH | OPENERS | SAYING | _set("many much come is was are were it")
EMPTY = (
    (WH | AUXILIARIES | PREPOSITIONS | PRONOUNS | OPENERS | SAYING)
    | _set("a an the i me you we true right real really not article text story correct exactly be")
    | _set("been anyone know legit accurate fact")
)
"""Words of a question that only points at something else: "is that true?"."""
