//! Who has which part of the screen. Pure geometry, shared by what draws and by what scrolls.

use ratatui::layout::{Constraint, Layout, Rect};

/// The most lines that the menu takes, as in the AWS CLI.
pub(crate) const MENU_LINES: u16 = 16;
/// Lines that the input keeps where there is room for the panes, too.
const INPUT: u16 = 10;
/// Lines that the input keeps before there is a bar: the line itself and some of its menu.
const LEAST_INPUT: u16 = 6;
/// Lines that a pane takes at most, its title among them.
const PANE: u16 = 31;
/// Columns of the pane with the keys, its frame among them.
const KEYS: u16 = 37;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Areas {
    pub(crate) input: Rect,
    pub(crate) document: Rect,
    pub(crate) divider: Rect,
    pub(crate) output: Rect,
    pub(crate) keys: Rect,
    pub(crate) bar: Rect,
}

/// Which areas the panes of documentation and output have where they are shown, and a bar of that many lines, its rule among them;
/// the pane of keys is shown instead of a bar.
pub(crate) fn areas(screen: Rect, document: bool, output: bool, bar: Option<u16>) -> Areas {
    let mut areas = Areas::default();
    let last = |area: Rect, length| Layout::vertical([Constraint::Fill(1), Constraint::Length(length)]).areas(area);
    let mut left = screen;
    if let Some(lines) = bar {
        // A rule without keys under it is no bar.
        let height = Some(lines.min(left.height.saturating_sub(LEAST_INPUT))).filter(|&height| height > 1);
        [left, areas.bar] = last(left, height.unwrap_or(0));
    } else {
        let width = KEYS.min(left.width / 2);
        [left, areas.keys] = Layout::horizontal([Constraint::Fill(1), Constraint::Length(width)]).areas(left);
    }
    let height = left.height.saturating_sub(INPUT).max(left.height / 2).min(PANE);
    [areas.input, left] = last(left, if document || output { height } else { 0 });
    match (document, output) {
        (true, true) => {
            let width = Constraint::Length(left.width / 2);
            let thirds = Layout::horizontal([width, Constraint::Length(left.width.min(1)), Constraint::Fill(1)]);
            [areas.document, areas.divider, areas.output] = thirds.areas(left);
        }
        (true, false) => areas.document = left,
        (false, true) => areas.output = left,
        (false, false) => {}
    }
    areas
}

/// Columns and lines of a menu of `count` items, the widest `width` columns wide.
pub(crate) fn grid(count: usize, width: usize, room: usize) -> (usize, usize) {
    let columns = (room / width.max(1)).max(1);
    let lines = count.div_ceil(columns).max(1);
    (count.div_ceil(lines).max(1), lines)
}

/// The first line in view of a list that keeps two lines in view on both sides of the one at `selected`.
pub(crate) fn first_in_view(selected: Option<usize>, count: usize, height: usize) -> usize {
    let selected = selected.unwrap_or(0);
    (selected + 3)
        .saturating_sub(height)
        .min(selected.saturating_sub(2))
        .max((selected + 1).saturating_sub(height))
        .min(count.saturating_sub(height))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::layout::Rect;

    use super::{areas, first_in_view, grid};

    #[test]
    fn the_input_keeps_ten_lines_of_a_small_screen() {
        let areas = areas(Rect::new(0, 0, 80, 24), true, false, Some(3));
        assert_eq!((areas.input.height, areas.document.height, areas.bar.height), (10, 11, 3));
        assert_eq!(areas.output.width, 0);
    }

    #[test]
    fn the_bar_goes_before_the_line_does() {
        for (height, input, bar) in [(12, 6, 6), (10, 6, 4), (8, 6, 2), (7, 7, 0), (1, 1, 0)] {
            let areas = areas(Rect::new(0, 0, 20, height), false, false, Some(6));
            assert_eq!((areas.input.height, areas.bar.height), (input, bar), "{height}");
        }
    }

    #[test]
    fn items_stand_in_as_many_columns_as_fit() {
        assert_eq!(grid(34, 20, 80), (4, 9));
        assert_eq!(grid(3, 20, 80), (3, 1));
        assert_eq!(grid(3, 200, 80), (1, 3));
        assert_eq!(grid(0, 0, 0), (1, 1));
    }

    proptest! {
        #[test]
        fn no_part_covers_another_or_leaves_the_screen(width in 0u16..300, height in 0u16..100, flags in 0u8..8) {
            let screen = Rect::new(0, 0, width, height);
            let areas = areas(screen, flags & 1 > 0, flags & 2 > 0, (flags & 4 > 0).then_some(3));
            let parts = [areas.input, areas.document, areas.divider, areas.output, areas.keys, areas.bar];
            prop_assert_eq!(parts.iter().map(|part| part.area()).sum::<u32>(), screen.area());
            for (at, part) in parts.iter().enumerate() {
                prop_assert!(part.is_empty() || screen.intersection(*part) == *part);
                prop_assert!(parts.iter().skip(at + 1).all(|other| !part.intersects(*other)));
            }
        }

        #[test]
        fn what_is_selected_is_in_view(count in 1usize..50, at in 0usize..50, height in 1usize..20) {
            let selected = at.min(count - 1);
            let first = first_in_view(Some(selected), count, height);
            prop_assert!(first <= selected && selected < first + height);
            prop_assert!(first + height <= count.max(height));
        }
    }
}
