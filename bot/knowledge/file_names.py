"""The names of knowledge files: in the folder of an article, and beside these folders."""

ARTICLE_FILE = "article.txt"
ABOUT_FILE = "article.toml"
FACTS_FILE = "facts.md"
NAMES_FILE = "names.md"
QUESTIONS_FILE = "questions.jsonl"
SUMMARY_FILE = "summary.md"
ARTICLE_FILES = (ABOUT_FILE, ARTICLE_FILE, FACTS_FILE, NAMES_FILE, QUESTIONS_FILE, SUMMARY_FILE)

OPEN_QUESTIONS_FILE = "open-questions.md"
SYNONYMS_FILE = "synonyms.md"
GENERAL_FILES = (OPEN_QUESTIONS_FILE, SYNONYMS_FILE)
