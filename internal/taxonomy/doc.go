// Package taxonomy holds the code lists that profiles, mandates and matches
// speak in, and the relations among their codes: what lies within what, and how
// near two codes are.
//
// It is pure: its tables are compiled in, it takes no clock and no I/O beyond
// them, and every function is safe for concurrent use. A code enters through a
// Parse function, which answers a canonical, comparable value or a *[CodeError];
// what is done with the values afterwards cannot fail.
//
// # Sources
//
//   - Economic activities: NACE Rev. 2, Regulation (EC) No 1893/2006, Annex I;
//     NACE Rev. 2.1, Delegated Regulation (EU) 2023/137. Any code of valid shape
//     whose division exists is accepted; sections, divisions and the
//     culture-related groups and classes carry their names.
//   - Cultural domains and functions, and the activities that belong to a domain:
//     ESSnet-Culture, Final Report, 2012.
//   - Regions: NUTS, Regulation (EC) No 1059/2003 as amended by Delegated
//     Regulations (EU) 2019/1755 (NUTS 2021) and (EU) 2023/674 (NUTS 2024), with
//     Eurostat's statistical regions of EFTA and candidate countries. Elsewhere
//     the shape of ISO 3166-2.
//   - Countries: ISO 3166-1 alpha-2, and XK, which the standard leaves to its
//     users and the European Union uses for Kosovo.
//   - Currencies: ISO 4217; rates: euro foreign exchange reference rates of the
//     European Central Bank, which are published for information only.
//   - Size classes: Commission Recommendation 2003/361/EC.
package taxonomy
