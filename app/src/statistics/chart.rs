//! Draws the chart of a report as SVG. The table beside it has the same figures. It is drawn on the server only, and once for
//! each of a few widths of windows, so that its texts are as large as the page's in both. The style sheet gives it the page's
//! font and colours: its rules are stronger than the attributes of the drawing.

use super::subject_name;
use domain::report::{AmountUnit, Rate, ReportCell, ReportColumn, ReportKind, ReportTable};
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};
use std::error::Error;
use texts::{Lang, amount_in, percent};

/// The colours by which the style sheet finds the parts of a drawing.
const THIS_YEAR: RGBColor = RGBColor(0x14, 0x60, 0x3f);
const LAST_YEAR: RGBColor = RGBColor(0x8a, 0x4b, 0x00);
const TIME: RGBColor = RGBColor(0x4b, 0x5a, 0x52);
const TEXT: RGBColor = RGBColor(0x17, 0x21, 0x1c);
const GRID: RGBColor = RGBColor(0xdf, 0xe5, 0xe1);

/// plotters divides the size of a font by this.
const FONT_SCALE: f64 = 1.24;
/// The size of texts in pixels.
const FONT_SIZE: u32 = 13;
/// The most rows that a chart shows.
const MOST_BARS: usize = 12;
/// The height of a row: its label above its bar.
const BAR_ROW: u32 = 42;

/// The widths, with the classes by which the style sheet chooses one.
const WIDTHS: [(u32, &str); 3] = [(1_060, "is-wide"), (680, "is-medium"), (340, "is-narrow")];

/// The chart of a report in every width. `None` if there is nothing to draw, or if the library fails: the table has the figures.
pub(super) fn draw(lang: Lang, table: &ReportTable, amounts: AmountUnit) -> Option<String> {
    let drawing = match table.kind {
        ReportKind::Months => Drawing::months(lang, table, amounts)?,
        _ => Drawing::bars(lang, table, amounts)?,
    };
    let drawn: Result<Vec<String>, _> = WIDTHS.iter().map(|(width, class)| drawing.svg(*width, class)).collect();
    drawn
        .inspect_err(|error| tracing::error!(%error, "a chart could not be drawn"))
        .ok()
        .map(|drawings| drawings.concat())
}

/// What a chart shows.
struct Drawing {
    title: String,
    text: String,
    kind: DrawingKind,
}

enum DrawingKind {
    Lines(Lines),
    Bars(Vec<Bar>),
}

/// Lines over the months of a year. Points are (months since its beginning, amount).
struct Lines {
    this_year: Line,
    last_year: Line,
    /// From nothing to the share.
    time: Option<Line>,
    amounts: AmountUnit,
    lang: Lang,
}

struct Line {
    points: Vec<(f64, f64)>,
    label: String,
}

/// An amount among others.
struct Bar {
    label: String,
    value: String,
    /// The length, in parts of the longest one.
    length: f64,
    /// The length of what it is a part of.
    whole: Option<f64>,
}

impl Drawing {
    fn months(lang: Lang, table: &ReportTable, amounts: AmountUnit) -> Option<Self> {
        let trend = &table.trend;
        if trend.this_year.iter().chain(&trend.last_year).all(|amount| *amount == 0) {
            return None;
        }
        let days = f64::from(table.until.month_end().of_month());
        let of_last_month = f64::from(table.until.of_month()) / days;
        let begun = f64::from(table.until.month()) - 1.0;
        let points = |sums: &[i64], last: Option<f64>| {
            let months = (1..).map(|month: i32| f64::from(month)).map(|end| last.map_or(end, |last| end.min(last)));
            let points = months.zip(sums).map(|(month, fen)| (month, amounts.as_number(*fen)));
            std::iter::once((0.0, 0.0)).chain(points).collect::<Vec<_>>()
        };
        let sum = |sums: &[i64]| amount_in(amounts, sums.last().copied().unwrap_or_default());
        let share = table.summary.and_then(|summary| summary.share).filter(|share| *share > 0);
        let time = share.map(|share| Line {
            points: vec![(0.0, 0.0), (12.0, amounts.as_number(share))],
            label: lang.report_column(ReportColumn::Time).to_owned(),
        });
        let (unit, year) = (subject_name(lang, table), table.until.year());
        let title = if share.is_some() {
            lang.report_chart_months(unit, year)
        } else {
            lang.report_chart_months_plain(unit, year)
        };
        let lines = Lines {
            this_year: Line {
                points: points(&trend.this_year, Some(begun + of_last_month)),
                label: lang.report_chart_this_year(&sum(&trend.this_year)),
            },
            last_year: Line { points: points(&trend.last_year, None), label: lang.report_last_year().to_owned() },
            time,
            amounts,
            lang,
        };
        let text = lang.report_chart_text(lang.amount_unit(amounts));
        Some(Self { title, text, kind: DrawingKind::Lines(lines) })
    }

    /// The first rows of the table, in its order.
    fn bars(lang: Lang, table: &ReportTable, amounts: AmountUnit) -> Option<Self> {
        let fen = |cell: ReportCell| match cell {
            ReportCell::Amount(fen) => Some(fen),
            _ => None,
        };
        let rows: Vec<_> = table
            .rows
            .iter()
            .filter_map(|row| Some((row, fen(table.cell(row, ReportColumn::Completed))?)))
            .map(|(row, completed)| (row, completed, fen(table.cell(row, ReportColumn::Share))))
            .collect();
        let longest = rows.iter().flat_map(|(_, completed, share)| [Some(*completed), *share]).flatten().max()?;
        if longest <= 0 || rows.len() < 2 {
            return None;
        }
        let length = |fen: i64| Rate::of(fen.max(0), longest).map_or(0.0, Rate::as_number);
        let bars = rows.iter().take(MOST_BARS).map(|(row, completed, share)| {
            let rate = share.and_then(|share| Rate::of(*completed, share));
            let rate = rate.map(|rate| format!("  {}", percent(rate))).unwrap_or_default();
            Bar {
                label: lang.report_row(&row.subject),
                value: format!("{}{rate}", amount_in(amounts, *completed)),
                length: length(*completed),
                whole: share.map(length),
            }
        });
        let title = lang.report_chart_rows(subject_name(lang, table), lang.report_title(table.kind));
        let mut text = lang.report_chart_text(lang.amount_unit(amounts));
        if rows.len() > MOST_BARS {
            text.push_str(&lang.report_chart_top(domain::count::of(MOST_BARS), domain::count::of(rows.len())));
        }
        Some(Self { title, text, kind: DrawingKind::Bars(bars.collect()) })
    }

    /// The SVG of a width. Its title and its description come first, as screen readers expect them.
    fn svg(&self, width: u32, class: &str) -> Result<String, Box<dyn Error>> {
        let mut drawn = String::new();
        let height = match &self.kind {
            DrawingKind::Lines(_) => 260,
            DrawingKind::Bars(bars) => u32::try_from(bars.len())? * BAR_ROW + 4,
        };
        {
            let area = SVGBackend::with_string(&mut drawn, (width, height)).into_drawing_area();
            match &self.kind {
                DrawingKind::Lines(lines) => lines.draw(&area)?,
                DrawingKind::Bars(bars) => draw_bars(&area, bars, width)?,
            }
            area.present()?;
        }
        // The root element of the library has a fixed size and no title.
        let inside = drawn.split_once("<svg").and_then(|(_, rest)| rest.split_once('>')).map(|(_, inside)| inside);
        let inside = inside.and_then(|inside| inside.rsplit_once("</svg>")).map(|(inside, _)| inside);
        let (title, text) = (html_escape::encode_text(&self.title), html_escape::encode_text(&self.text));
        Ok(format!(
            "<svg class=\"chart-drawing {class}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
             aria-labelledby=\"chart-title-{class}\" aria-describedby=\"chart-text-{class}\">\
             <title id=\"chart-title-{class}\">{title}</title><desc id=\"chart-text-{class}\">{text}</desc>{}</svg>",
            inside.ok_or("the library has drawn no SVG")?
        ))
    }
}

/// An area of a drawing.
type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn font(color: RGBColor) -> TextStyle<'static> {
    ("sans-serif", f64::from(FONT_SIZE) * FONT_SCALE).into_font().color(&color)
}

impl Lines {
    fn draw(&self, area: &Area) -> Result<(), Box<dyn Error>> {
        let all = [Some(&self.this_year), Some(&self.last_year), self.time.as_ref()];
        let values = || all.iter().flatten().flat_map(|line| line.points.iter().map(|(_, value)| *value));
        let highest = values().fold(0.0, f64::max) * 1.1;
        let lowest = values().fold(0.0, f64::min);
        let narrow = area.dim_in_pixel().0 < 500;
        let mut chart = ChartBuilder::on(area)
            .margin_top(10)
            .margin_right(14)
            .x_label_area_size(26)
            .y_label_area_size(if narrow { 52 } else { 64 })
            .build_cartesian_2d(0.0..12.0, lowest..highest.max(0.01))?;
        let unit = self.amounts;
        // Small amounts need their decimal places.
        let whole_numbers = highest >= 10.0;
        let amount = |value: &f64| {
            #[expect(clippy::cast_possible_truncation, reason = "the amounts of a chart are far below the limit")]
            let fen = (value * 100.0).round() as i64 * (unit.fen() / 100);
            let text = amount_in(unit, fen);
            if whole_numbers { text.trim_end_matches(".00").to_owned() } else { text }
        };
        let lang = self.lang;
        let month = |value: &f64| {
            (1..=12)
                .find(|month| (f64::from(*month) - value).abs() < 0.01)
                .map(|m| lang.report_month(m))
                .unwrap_or_default()
        };
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(7)
            .y_labels(5)
            .x_label_formatter(&month)
            .y_label_formatter(&amount)
            .label_style(font(TIME))
            .axis_style(GRID)
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .draw()?;
        if let Some(time) = &self.time {
            chart.draw_series(DashedLineSeries::new(time.points.iter().copied(), 2, 4, TIME.stroke_width(1)))?;
        }
        let last_year = self.last_year.points.iter().copied();
        chart.draw_series(DashedLineSeries::new(last_year, 7, 4, LAST_YEAR.stroke_width(2)))?;
        chart.draw_series(LineSeries::new(self.this_year.points.iter().copied(), THIS_YEAR.stroke_width(3)))?;
        // The labels stand at their lines, in place of a legend.
        let label = |line: &Line, color: RGBColor, at: (f64, f64), anchor: Pos| {
            Text::new(line.label.clone(), at, font(color).pos(anchor))
        };
        if let Some(point) = self.this_year.points.last() {
            chart.draw_series([Circle::new(*point, 4, THIS_YEAR.filled())])?;
            let side = if point.0 < 4.0 { HPos::Left } else { HPos::Right };
            let text =
                label(&self.this_year, THIS_YEAR, (point.0, point.1 + highest * 0.03), Pos::new(side, VPos::Bottom));
            chart.draw_series([text])?;
        }
        if let Some(point) = self.last_year.points.last() {
            let text = label(
                &self.last_year,
                LAST_YEAR,
                (point.0, point.1 - highest * 0.06),
                Pos::new(HPos::Right, VPos::Top),
            );
            chart.draw_series([text])?;
        }
        if let Some((time, end)) = self.time.as_ref().and_then(|time| Some((time, time.points.last()?))) {
            let at = (end.0 * 0.45, end.1 * 0.45 + highest * 0.02);
            chart.draw_series([label(time, TIME, at, Pos::new(HPos::Right, VPos::Bottom))])?;
        }
        Ok(())
    }
}

fn draw_bars(area: &Area, bars: &[Bar], width: u32) -> Result<(), Box<dyn Error>> {
    let row = i32::try_from(BAR_ROW)?;
    let longest = f64::from(width) - 4.0;
    // A Chinese character is as wide as its font is high. The value stands at the end of the same line.
    let room = usize::try_from(width / FONT_SIZE)?;
    for (top, bar) in (0..).step_by(usize::try_from(BAR_ROW)?).zip(bars) {
        let of_value = bar.value.chars().count().div_ceil(2) + 1;
        let label = shortened(&bar.label, room.saturating_sub(of_value));
        let baseline = top + 14;
        area.draw(&Text::new(label, (2, baseline), font(TEXT).pos(Pos::new(HPos::Left, VPos::Bottom))))?;
        let end = i32::try_from(width)? - 2;
        area.draw(&Text::new(bar.value.clone(), (end, baseline), font(TEXT).pos(Pos::new(HPos::Right, VPos::Bottom))))?;
        #[expect(clippy::cast_possible_truncation, reason = "a length in pixels is at most the width")]
        let right = |length: f64| 2 + (length.clamp(0.0, 1.0) * longest) as i32;
        let (upper, lower) = (top + 20, top + row - 10);
        if let Some(whole) = bar.whole {
            area.draw(&Rectangle::new([(2, upper), (right(whole), lower)], TIME.stroke_width(1)))?;
        }
        if bar.length > 0.0 {
            area.draw(&Rectangle::new([(2, upper), (right(bar.length), lower)], THIS_YEAR.filled()))?;
        }
    }
    Ok(())
}

/// A text of at most so many characters.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        calendar::{Day, Timestamp},
        ids::UnitId,
        plan_parameters::CompletionBasis,
        purchases::Amounts,
        report::{ReportRow, ReportSummary, RowSubject, Trend},
        unit::UnitRef,
    };

    fn table(kind: ReportKind, names: &[&str], amount: i64) -> ReportTable {
        let until = Day::parse("2026-03-10").unwrap();
        let row = |(id, name): (i64, &&str)| ReportRow {
            subject: RowSubject::Unit(UnitRef { id: UnitId(id), name: (*name).to_owned() }),
            cells: vec![ReportCell::Amount(2 * amount), ReportCell::Amount(id * amount)],
        };
        ReportTable {
            kind,
            unit: None,
            superiors: Vec::new(),
            earliest: until,
            today: until,
            until,
            read_at: Timestamp(0),
            basis: CompletionBasis::Accepted,
            time: Rate::of_time(until),
            summary: Some(ReportSummary {
                share: Some(9 * amount),
                amounts: Amounts::default(),
                last_year: Amounts::default(),
            }),
            trend: Trend { this_year: vec![0, amount, 2 * amount], last_year: vec![amount; 12] },
            columns: vec![ReportColumn::Share, ReportColumn::Completed],
            rows: (1..).zip(names).map(row).collect(),
            total: Vec::new(),
            order: None,
            more: false,
        }
    }

    #[test]
    fn names_are_text_and_every_drawing_has_a_title_and_a_description() {
        let table = table(ReportKind::Execution, &["<script>县&\"局", "样例县"], 5_000_000);
        let drawn = draw(Lang::Zh, &table, AmountUnit::Wan).unwrap();
        assert!(!drawn.contains("<script") && drawn.contains("&lt;script&gt;县&amp;"));
        assert_eq!(drawn.matches("<svg ").count(), WIDTHS.len());
        assert_eq!(drawn.matches("</svg>").count(), WIDTHS.len());
        for part in ["<title id=", "<desc id=", "role=\"img\"", "样例县", "10.00"] {
            assert_eq!(drawn.matches(part).count(), WIDTHS.len(), "{part} in {drawn}");
        }
        assert!(!drawn.contains("style="), "the policy of pages forbids styles in the markup");
    }

    #[test]
    fn lines_are_labelled_where_they_are() {
        let drawn = draw(Lang::Zh, &table(ReportKind::Months, &[], 5_000_000), AmountUnit::Wan).unwrap();
        for label in ["今年 10.00", "上年", "时间进度", "12 月"] {
            assert!(drawn.contains(label), "{label} in {drawn}");
        }
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(draw(Lang::Zh, &table(ReportKind::Months, &[], 0), AmountUnit::Wan), None);
        assert_eq!(draw(Lang::Zh, &table(ReportKind::Execution, &["一", "二"], 0), AmountUnit::Wan), None);
        assert_eq!(draw(Lang::Zh, &table(ReportKind::Execution, &["一"], 100), AmountUnit::Wan), None);
    }

    #[test]
    fn a_long_text_is_shortened() {
        assert_eq!([shortened("示例县财政局", 6), shortened("示例县财政局", 4)], ["示例县财政局", "示例县…"]);
    }
}
