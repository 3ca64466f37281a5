//! Writes units: the one place, for generation and for the form.
