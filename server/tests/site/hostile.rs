//! Malicious files. Each is refused, and the server keeps running.

use crate::harness::{Backend, DEPARTMENT, Site, problem_code, sample};
use std::io::Write;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// A sample in which one part is replaced.
fn with_part(part: &str, content: impl FnOnce(&mut ZipWriter<std::io::Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut old = ZipArchive::new(std::io::Cursor::new(sample("units-valid.xlsx"))).unwrap();
    let mut new = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut content = Some(content);
    for index in 0..old.len() {
        let file = old.by_index_raw(index).unwrap();
        if file.name().unwrap() == part {
            new.start_file(part, SimpleFileOptions::default()).unwrap();
            content.take().unwrap()(&mut new);
        } else {
            new.raw_copy_file(file).unwrap();
        }
    }
    assert!(content.is_none(), "there is no part {part}");
    new.finish().unwrap().into_inner()
}

/// A sample whose sheet has more rows after its last row.
fn sheet_with(rows: impl FnOnce(&mut dyn Write)) -> Vec<u8> {
    let part = "xl/worksheets/sheet1.xml";
    let mut old = ZipArchive::new(std::io::Cursor::new(sample("units-valid.xlsx"))).unwrap();
    let sheet = std::io::read_to_string(old.by_name(part).unwrap()).unwrap();
    let (head, tail) = sheet.rsplit_once("</sheetData>").unwrap();
    with_part(part, |file| {
        file.write_all(head.as_bytes()).unwrap();
        rows(file);
        write!(file, "</sheetData>{tail}").unwrap();
    })
}

/// 512 MiB of spaces, compressed to half a MiB.
fn decompression_bomb() -> Vec<u8> {
    sheet_with(|file| {
        let blanks = vec![b' '; 1 << 20];
        for _ in 0..512 {
            file.write_all(&blanks).unwrap();
        }
    })
}

/// A sheet with a cell in its last row and last column.
fn last_cell() -> Vec<u8> {
    sheet_with(|file| {
        let cell = r#"<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>"#;
        file.write_all(cell.as_bytes()).unwrap();
    })
}

/// A sheet with more rows than allowed.
fn many_rows() -> Vec<u8> {
    sheet_with(|file| {
        for row in 1_000..300_000 {
            write!(file, r#"<row r="{row}"><c r="B{row}" t="inlineStr"><is><t>某某单位</t></is></c></row>"#).unwrap();
        }
    })
}

/// An .xls whose header has a huge number at this offset.
fn xls_with_huge_number(offset: usize) -> Vec<u8> {
    let mut bytes = sample("units-valid.xls");
    bytes[offset..offset + 4].copy_from_slice(&0x7fff_fff0_u32.to_le_bytes());
    bytes
}

/// The codes that may be answered if a file must be refused.
const REFUSALS: [&str; 6] =
    ["damaged", "too-large", "too-many-rows", "unreadable", "not-a-spreadsheet", "wrong-template"];

#[tokio::test]
async fn hostile_files_are_refused() {
    let site = Site::new(Backend::Sqlite, &[]).await;
    let accounts = site.seed();
    let mut server = site.serve().await;
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    let truncated = |name| {
        let bytes = sample(name);
        bytes[..bytes.len() / 2].to_vec()
    };
    for (name, bytes) in [
        ("bomb.xlsx", decompression_bomb()),
        ("many-rows.xlsx", many_rows()),
        // The first sector of the directory.
        ("directory.xls", xls_with_huge_number(0x30)),
        ("truncated.xlsx", truncated("units-valid.xlsx")),
        ("truncated.xls", truncated("units-valid.xls")),
        ("nothing.xlsx", Vec::new()),
        ("a-zip.xlsx", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec()),
    ] {
        let refused = person.upload(name, bytes).await;
        assert!((400..500).contains(&refused.status().as_u16()), "{name}: {}", refused.status());
        let code = problem_code(refused).await;
        assert!(REFUSALS.contains(&code.as_str()), "{name}: {code}");
    }
    // These files may be accepted or refused, because the reader need not use the wrong values: a cell in the last row and
    // column, and the numbers of sectors of the FAT, the mini FAT and the DIFAT.
    for (name, bytes) in [
        ("far-cell.xlsx", last_cell()),
        ("fat.xls", xls_with_huge_number(0x2c)),
        ("mini-fat.xls", xls_with_huge_number(0x40)),
        ("difat.xls", xls_with_huge_number(0x48)),
    ] {
        let status = person.upload(name, bytes).await.status().as_u16();
        assert!([200, 413, 422].contains(&status), "{name}: {status}");
    }

    let batch = person.stage("units-valid.xlsx", sample("units-valid.xlsx")).await;
    assert!(batch > 0);
    assert!(server.is_running());
}

/// The process that reads the file may not even start with this little memory. Only this upload must fail.
#[tokio::test]
async fn only_the_upload_fails_if_its_reader_dies() {
    let site = Site::new(Backend::Sqlite, &[("FARM_IMPORT_READER_MEMORY_MIB", "64")]).await;
    let accounts = site.seed();
    let mut server = site.serve().await;
    let person = server.sign_in(&accounts[DEPARTMENT]).await;
    // The reader must keep 50 MiB of texts, which is more memory than the process may have.
    let texts = sheet_with(|file| {
        for row in 1_000..40_000 {
            let text = format!("{row}{}", "某".repeat(500));
            write!(file, r#"<row r="{row}"><c r="B{row}" t="inlineStr"><is><t>{text}</t></is></c></row>"#).unwrap();
        }
    });
    let refused = person.upload("texts.xlsx", texts).await;
    assert_eq!((refused.status().as_u16(), problem_code(refused).await.as_str()), (422, "unreadable"));
    assert!(server.is_running());
    assert_eq!(server.signed_out().get("/healthz").await.status(), 200);
}
