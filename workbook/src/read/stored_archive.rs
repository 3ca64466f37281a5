//! Writes a ZIP archive without compression (PKWARE APPNOTE 4.3). The writer of the crate `zip` brings every compressor along:
//! 300 kB of code, a quarter of what the web worker loads.

/// The general purpose flag of names in UTF-8.
const UTF_8: u16 = 1 << 11;
/// The version that an archive without compression and folders needs, times 10.
const VERSION: u16 = 10;
/// 1 January 1980 at midnight, the earliest time of the format.
const TIME_AND_DATE: u32 = 0x21 << 16;

/// An archive of files, each with its name and the pieces of its content. `None` if it would be larger than 4 GiB.
pub(super) fn stored_archive(files: &[(&str, &[&str])]) -> Option<Vec<u8>> {
    let content: usize = files.iter().flat_map(|(_, pieces)| *pieces).map(|piece| piece.len()).sum();
    let mut archive = Vec::with_capacity(content + 4_096);
    let mut directory = Vec::new();
    for (name, pieces) in files {
        let offset = u32::try_from(archive.len()).ok()?;
        let size = u32::try_from(pieces.iter().map(|piece| piece.len()).sum::<usize>()).ok()?;
        let mut checksum = crc32fast::Hasher::new();
        pieces.iter().for_each(|piece| checksum.update(piece.as_bytes()));
        let mut common = Vec::with_capacity(26);
        put(&mut common, &[VERSION, UTF_8, 0]);
        put_long(&mut common, &[TIME_AND_DATE, checksum.finalize(), size, size]);
        put(&mut common, &[u16::try_from(name.len()).ok()?, 0]);

        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend(name.as_bytes());
        pieces.iter().for_each(|piece| archive.extend(piece.as_bytes()));

        directory.extend(b"PK\x01\x02");
        put(&mut directory, &[VERSION]);
        directory.extend(&common);
        put(&mut directory, &[0, 0, 0]);
        put_long(&mut directory, &[0, offset]);
        directory.extend(name.as_bytes());
    }
    let offset = u32::try_from(archive.len()).ok()?;
    let files = u16::try_from(files.len()).ok()?;
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06");
    put(&mut archive, &[0, 0, files, files]);
    put_long(&mut archive, &[u32::try_from(directory.len()).ok()?, offset]);
    put(&mut archive, &[0]);
    Some(archive)
}

/// Appends numbers of two bytes.
fn put(to: &mut Vec<u8>, numbers: &[u16]) {
    to.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

/// Appends numbers of four bytes.
fn put_long(to: &mut Vec<u8>, numbers: &[u32]) {
    to.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

#[cfg(test)]
mod tests {
    use super::stored_archive;
    use std::io::{Cursor, Read};
    use zip::{CompressionMethod, ZipArchive};

    #[test]
    fn an_archive_is_read_back() {
        let files: [(&str, &[&str]); 3] = [("空/a.xml", &["一", "", "二"]), ("b", &[]), ("c/d/e", &["x"; 1_000])];
        let archive = stored_archive(&files).unwrap();
        let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
        assert_eq!(archive.len(), files.len());
        for (name, pieces) in files {
            let mut file = archive.by_name(name).unwrap();
            assert_eq!(file.compression(), CompressionMethod::Stored);
            let mut content = String::new();
            // The reader compares the checksum.
            file.read_to_string(&mut content).unwrap();
            assert_eq!(content, pieces.concat());
        }
    }
}
