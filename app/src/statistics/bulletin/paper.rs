//! The notice as a page of its own, to be printed. It has no code and no menu.

use super::table::bulletin_table;
use domain::{
    bulletin::{Bulletin, BulletinBlock, BulletinTexts},
    report::AmountUnit,
};
use leptos::prelude::*;
use texts::Lang;

/// The document, with its style sheet at this address.
pub fn bulletin_paper(
    lang: Lang,
    amounts: AmountUnit,
    bulletin: &Bulletin,
    texts: &BulletinTexts,
    style_sheet: &'static str,
) -> String {
    let block = |block: BulletinBlock| match block {
        BulletinBlock::Title(text) => view! { <h1>{text}</h1> }.into_any(),
        BulletinBlock::Addressees(text) => view! { <p class="addressees">{text}</p> }.into_any(),
        BulletinBlock::Heading(text) => view! { <h2>{text}</h2> }.into_any(),
        BulletinBlock::Paragraph(text) => view! { <p>{text}</p> }.into_any(),
        BulletinBlock::Signature(text) => view! { <p class="signature">{text}</p> }.into_any(),
        BulletinBlock::Table(number, kind) => {
            bulletin.table(kind).map(|table| bulletin_table(lang, amounts, number, table)).into_any()
        }
    };
    let blocks = lang.bulletin_blocks(texts).into_iter().map(block).collect_view();
    let document = view! {
        <html lang=lang.tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>{format!("{} - {}", lang.bulletin_title(), lang.product())}</title>
                <link rel="stylesheet" href=style_sheet/>
            </head>
            <body>
                <p class="help">{lang.bulletin_paper_help()}</p>
                <main>{blocks}</main>
            </body>
        </html>
    };
    // The library marks places for code, also in the title. In texts it has escaped these characters.
    format!("<!DOCTYPE html>\n{}\n", document.to_html().replace("<!>", ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        bulletin::{BulletinMonth, BulletinPart, NamedUnits},
        calendar::{Day, Timestamp},
        plan_parameters::CompletionBasis,
        purchases::Amounts,
        report::{Rate, ReportSummary},
        situation::Situation,
    };

    #[test]
    fn edited_texts_are_text() {
        let day = Day::parse("2026-12-01").unwrap();
        let bulletin = Bulletin {
            unit: None,
            month: BulletinMonth::chosen(None, day),
            months: Vec::new(),
            today: day,
            read_at: Timestamp(0),
            basis: CompletionBasis::Accepted,
            time: Rate::of_time(day),
            summary: ReportSummary { share: None, amounts: Amounts::default(), last_year: Amounts::default() },
            of_month: 0,
            of_month_last_year: 0,
            situation: Situation::default(),
            not_reserved: NamedUnits::default(),
            under_minimum: NamedUnits::default(),
            zero_purchases: NamedUnits::default(),
            tables: Vec::new(),
        };
        let texts = BulletinTexts::new(|part| format!("<script>{}</script><!>\n第二段", part.as_str()));
        let paper = bulletin_paper(Lang::Zh, AmountUnit::Wan, &bulletin, &texts, "/bulletin.css");
        assert!(!paper.contains("<script"), "{paper}");
        assert_eq!(paper.matches("&lt;script&gt;").count(), BulletinPart::ALL.len());
        assert_eq!((paper.matches("<!>").count(), paper.matches("&lt;!&gt;").count()), (0, BulletinPart::ALL.len()));
        assert!(paper.contains("一、总体情况") && paper.contains("五、下一步工作要求"));
    }
}
