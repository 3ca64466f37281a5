//! Tidying: full-width digits and letters, outer and non-breaking spaces, case of codes.
