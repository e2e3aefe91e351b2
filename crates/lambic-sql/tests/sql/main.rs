//! The tests of the lexer and the splitter.

#[cfg(test)]
mod corpora;
#[cfg(test)]
#[path = "../lexicons/mod.rs"]
mod lexicons;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod split;
#[cfg(test)]
mod tokens;
