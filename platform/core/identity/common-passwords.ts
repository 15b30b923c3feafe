/** Passwords of eight characters or more that everybody tries first, lower case. Shorter ones are refused by length. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword 12345678 123456789 1234567890 0123456789
  87654321 987654321 11223344 112233445566 11111111 00000000 88888888 12341234 123123123 1q2w3e4r 1q2w3e4r5t 1qaz2wsx qwertyui
  qwertyuiop qwerty12 qwerty123 qwerty1234 asdfghjk asdfghjkl zxcvbnm1 zaq12wsx iloveyou iloveyou1 princess sunshine football
  baseball basketball superman batman123 starwars trustno1 welcome1 welcome12 welcome123 letmein1 letmein123 changeme changeme1
  default1 administrator admin123 admin1234 administrator1 test1234 testtest guest123 computer internet whatever michelle
  jennifer jordan23 mercedes corvette maverick samantha december november september october1 january1 february summer2024
  summer2025 summer2026 winter2024 winter2025 winter2026 spring2025 spring2026 autumn2025 autumn2026 abcd1234 abc12345 abcdefgh
  a1b2c3d4 aa123456 monkey12 dragon12 shadow12 master12 freedom1 liverpool chelsea1 arsenal1 barcelona realmadrid cocacola
  chocolate butterfly cheesecake babygirl babygirl1 lovelove hello123 hellohello google123 facebook1 linkedin1 linkedin secret12
  secret123 password! password2 password3 passwort hallo123 schalke04 motdepasse azertyui azerty123 bonjour1 contrasena`
    .split(/\s+/)
    .filter(Boolean),
);
