"""Words as they are typed: folding, stems, synonyms, spelling. Knows no article."""
