//! The signals that end a program from outside.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT: Ctrl-C.
    Interrupt,
    /// SIGQUIT, which only `sfn-local` passes on.
    Quit,
    Terminate,
    /// SIGHUP: the terminal is gone.
    HangUp,
}

impl Signal {
    #[cfg(feature = "sfn-local")]
    pub(crate) const ALL: [Self; 4] = [Self::Interrupt, Self::Quit, Self::Terminate, Self::HangUp];

    /// The exit status that a shell shows for it: 128 and its number.
    pub(crate) fn status(self) -> u8 {
        match self {
            Self::HangUp => 129,
            Self::Interrupt => 130,
            Self::Quit => 131,
            Self::Terminate => 143,
        }
    }
}
