//! Decrypts workbooks that open without a password ([MS-OFFCRYPTO], [MS-XLS] 2.2.10). A workbook whose structure or sheets
//! are protected is stored encrypted with a password that all spreadsheet programs know. A person never sees it, so that
//! "remove the password" would be wrong advice. A file with any other password is refused.

use super::Result;
use aes::{
    Aes128, Aes192, Aes256, Block,
    cipher::{BlockCipherDecrypt, BlockModeDecrypt, BlockSizeUser, KeyInit, KeyIvInit, consts::U16},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use cbc::Decryptor;
use domain::Refusal;
use md5::Md5;
use quick_xml::events::{BytesStart, Event};
use rc4::{Rc4, StreamCipher};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The password that spreadsheet programs try before they ask for one.
const DEFAULT_PASSWORD: &str = "VelvetSweatshop";
/// The key and the verifier that XOR obfuscation derives from the default password.
const XOR_KEY: u16 = 0xB359;
const XOR_VERIFIER: u16 = 0x9A0A;
/// What XOR obfuscation adds to the default password to fill 16 bytes.
const XOR_PADDING: u8 = 0xBB;
/// RC4 starts anew with another key after this number of bytes.
const RC4_BLOCK_BYTES: usize = 1024;
/// The parts of an encrypted package that are encrypted separately.
const PACKAGE_SEGMENT_BYTES: usize = 4096;
/// Maximum number of times that the password is hashed. Excel stores 100,000.
const MAX_SPIN_COUNT: u32 = 1_000_000;

/// A hash function.
#[derive(Clone, Copy)]
enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The hash of the concatenated parts.
    fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn digest<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            for part in parts {
                digest.update(part);
            }
            digest.finalize().to_vec()
        }
        match self {
            Self::Md5 => digest::<Md5>(parts),
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
            Self::Sha384 => digest::<Sha384>(parts),
            Self::Sha512 => digest::<Sha512>(parts),
        }
    }

    /// The hash of the salted default password, hashed `spin_count` times more.
    fn of_password(self, salt: &[u8], spin_count: u32) -> Vec<u8> {
        let first = self.of(&[salt, &password_utf16()]);
        (0..spin_count).fold(first, |hash, round| self.of(&[&round.to_le_bytes(), &hash]))
    }
}

fn password_utf16() -> Vec<u8> {
    DEFAULT_PASSWORD.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// How the records of an .xls are encrypted.
enum RecordCipher {
    /// XOR obfuscation.
    Xor,
    /// RC4. A block's key is the hash of this key and the block's number.
    Rc4 { hash: Hash, key: Vec<u8>, key_bytes: usize },
}

impl RecordCipher {
    /// The cipher that a FILEPASS record describes ([MS-XLS] 2.4.117), if its password is the default one.
    fn of_default_password(file_pass: &[u8]) -> Option<Self> {
        match file_pass {
            // BIFF5 knows only XOR obfuscation and stores no kind.
            [key_low, key_high, low, high] | [0, 0, key_low, key_high, low, high, ..] => {
                let stored = [[*key_low, *key_high], [*low, *high]].map(u16::from_le_bytes);
                (stored == [XOR_KEY, XOR_VERIFIER]).then_some(Self::Xor)
            }
            [1, 0, 1, 0, 1, 0, rest @ ..] => Self::rc4(rest),
            [1, 0, 2..=4, 0, 2, 0, rest @ ..] => Self::rc4_of_crypto_api(rest),
            _ => None,
        }
    }

    /// [MS-OFFCRYPTO] 2.3.6.
    fn rc4(data: &[u8]) -> Option<Self> {
        const SECRET_BYTES: usize = 5;
        let (salt, rest) = data.split_at_checked(16)?;
        let (verifier, rest) = rest.split_at_checked(16)?;
        let secret = Hash::Md5.of(&[&password_utf16()]);
        let secret = secret.get(..SECRET_BYTES)?;
        let mut key = Hash::Md5.of(&[secret, salt].repeat(16));
        key.truncate(SECRET_BYTES);
        let cipher = Self::Rc4 { hash: Hash::Md5, key, key_bytes: 16 };
        cipher.has_default_password(verifier, rest.get(..16)?).then_some(cipher)
    }

    /// [MS-OFFCRYPTO] 2.3.5.
    fn rc4_of_crypto_api(data: &[u8]) -> Option<Self> {
        const RC4: u32 = 0x6801;
        let (header, rest) = split_crypto_api_header(data)?;
        if ![0, RC4].contains(&u32_at(header, 8)?) {
            return None;
        }
        let key_bytes = match u32_at(header, 16)? {
            0 => 5,
            bits @ 40..=128 => bits as usize / 8,
            _ => return None,
        };
        let key = Hash::Sha1.of_password(rest.get(4..20)?, 0);
        let cipher = Self::Rc4 { hash: Hash::Sha1, key, key_bytes };
        cipher.has_default_password(rest.get(20..36)?, rest.get(40..60)?).then_some(cipher)
    }

    /// Whether an encrypted random value fits its encrypted hash.
    fn has_default_password(&self, verifier: &[u8], verifier_hash: &[u8]) -> bool {
        let mut both = [verifier, verifier_hash].concat();
        self.apply_rc4(&mut both);
        let Self::Rc4 { hash, .. } = self else { return false };
        both.split_at_checked(verifier.len())
            .is_some_and(|(verifier, verifier_hash)| hash.of(&[verifier]) == verifier_hash)
    }

    /// Encrypts or decrypts bytes from the start of a stream.
    fn apply_rc4(&self, bytes: &mut [u8]) {
        let Self::Rc4 { hash, key, key_bytes } = self else { return };
        for (number, block) in (0_u32..).zip(bytes.chunks_mut(RC4_BLOCK_BYTES)) {
            let mut key = hash.of(&[key, &number.to_le_bytes()]);
            key.truncate(*key_bytes);
            // A key of 40 bits is filled up with zeros.
            if *key_bytes == 5 {
                key.resize(16, 0);
            }
            if let Ok(mut cipher) = Rc4::new_from_slice(&key) {
                cipher.apply_keystream(block);
            }
        }
    }
}

/// Decrypts a stream of BIFF records. `file_pass` is the data of its FILEPASS record.
pub(super) fn decrypt_records(stream: &[u8], file_pass: &[u8]) -> Result<Vec<u8>> {
    let cipher = RecordCipher::of_default_password(file_pass).ok_or(Refusal::Encrypted)?;
    let mut plain = stream.to_vec();
    cipher.apply_rc4(&mut plain);
    let xor_key = xor_key();
    let mut at = 0;
    while let Some([type_low, type_high, length_low, length_high]) = stream.get(at..).and_then(<[u8]>::first_chunk) {
        let length = usize::from(u16::from_le_bytes([*length_low, *length_high]));
        let data = at + 4;
        if let (RecordCipher::Xor, Some(bytes)) = (&cipher, plain.get_mut(data..data + length)) {
            for (byte, key) in bytes.iter_mut().zip(xor_key.iter().cycle().skip((data + length) % 16)) {
                *byte = byte.rotate_left(3) ^ key;
            }
        }
        // Neither the header nor the start of some records is encrypted.
        let open = plain_bytes(u16::from_le_bytes([*type_low, *type_high])).min(length);
        let open = at..(data + open).min(stream.len());
        if let (Some(plain), Some(stored)) = (plain.get_mut(open.clone()), stream.get(open)) {
            plain.copy_from_slice(stored);
        }
        at = data + length;
    }
    Ok(plain)
}

/// The number of bytes at the start of a record's data that are never encrypted ([MS-XLS] 2.2.10).
const fn plain_bytes(record_type: u16) -> usize {
    match record_type {
        // BOF, FILEPASS, INTERFACEHDR, and records of shared workbooks.
        0x0809 | 0x002F | 0x00E1 | 0x0138 | 0x0194 | 0x0195 | 0x0196 => usize::MAX,
        // BOUNDSHEET: the sheet's position.
        0x0085 => 4,
        _ => 0,
    }
}

/// The key of XOR obfuscation ([MS-OFFCRYPTO] 2.3.7.2).
fn xor_key() -> Vec<u8> {
    let password = DEFAULT_PASSWORD.bytes().chain([XOR_PADDING]);
    password.zip(XOR_KEY.to_le_bytes().into_iter().cycle()).map(|(byte, key)| (byte ^ key).rotate_left(2)).collect()
}

/// Splits the header of CryptoAPI encryption from the password's verifier. Both follow the version.
fn split_crypto_api_header(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let size = usize::try_from(u32_at(data, 4)?).ok()?;
    data.get(8..)?.split_at_checked(size)
}

/// Decrypts the package of an .xlsx. `info` and `package` are the streams `EncryptionInfo` and `EncryptedPackage`.
pub(super) fn decrypt_package(info: &[u8], package: &[u8]) -> Result<Vec<u8>> {
    let (size, encrypted) = package.split_first_chunk().ok_or(Refusal::Damaged)?;
    let mut plain = encrypted.to_vec();
    match info {
        [2..=4, 0, 2, 0, rest @ ..] => {
            // The flags of the version are repeated in the header.
            StandardCipher::of_default_password(rest).ok_or(Refusal::Encrypted)?.decrypt(&mut plain)
        }
        [4, 0, 4, 0, _, _, _, _, xml @ ..] => {
            AgileCipher::of_default_password(xml).ok_or(Refusal::Encrypted)?.decrypt(&mut plain)
        }
        _ => None,
    }
    .ok_or(Refusal::Encrypted)?;
    // The last block is filled up.
    let size = usize::try_from(u64::from_le_bytes(*size)).ok().filter(|size| *size <= plain.len());
    plain.truncate(size.ok_or(Refusal::Damaged)?);
    Ok(plain)
}

/// AES in ECB mode, the encryption of Excel 2007 ([MS-OFFCRYPTO] 2.3.4.5 ff.).
struct StandardCipher {
    key: Vec<u8>,
}

impl StandardCipher {
    fn of_default_password(data: &[u8]) -> Option<Self> {
        const SPIN_COUNT: u32 = 50_000;
        let (header, verifier) = split_crypto_api_header(data)?;
        let key_bytes = match u32_at(header, 8)? {
            0x660E => 16,
            0x660F => 24,
            0x6610 => 32,
            _ => return None,
        };
        let password = Hash::Sha1.of_password(verifier.get(4..20)?, SPIN_COUNT);
        let password = Hash::Sha1.of(&[&password, &0_u32.to_le_bytes()]);
        let mut key = Vec::with_capacity(40);
        for filler in [0x36_u8, 0x5C] {
            let mut block = [filler; 64];
            block.iter_mut().zip(&password).for_each(|(byte, password)| *byte ^= password);
            key.extend(Hash::Sha1.of(&[&block]));
        }
        key.truncate(key_bytes);
        let cipher = Self { key };
        let mut value = verifier.get(20..36)?.to_vec();
        let mut hash = verifier.get(40..72)?.to_vec();
        cipher.decrypt(&mut value)?;
        cipher.decrypt(&mut hash)?;
        hash.starts_with(&Hash::Sha1.of(&[&value])).then_some(cipher)
    }

    fn decrypt(&self, bytes: &mut [u8]) -> Option<()> {
        fn run<C: KeyInit + BlockCipherDecrypt + BlockSizeUser<BlockSize = U16>>(
            key: &[u8],
            bytes: &mut [u8],
        ) -> Option<()> {
            C::new_from_slice(key).ok()?.decrypt_blocks(Block::slice_as_chunks_mut(bytes).0);
            Some(())
        }
        match self.key.len() {
            16 => run::<Aes128>(&self.key, bytes),
            24 => run::<Aes192>(&self.key, bytes),
            _ => run::<Aes256>(&self.key, bytes),
        }
    }
}

/// AES in CBC mode, the encryption of Excel 2010 and later ([MS-OFFCRYPTO] 2.3.4.10 ff.).
struct AgileCipher {
    parameters: AgileParameters,
    key: Vec<u8>,
}

/// A cipher and a hash function as an XML element describes them.
struct AgileParameters {
    hash: Hash,
    key_bytes: usize,
    salt: Vec<u8>,
}

impl AgileParameters {
    fn parse(element: &BytesStart<'_>) -> Option<Self> {
        let hash = match attribute(element, "hashAlgorithm")?.as_str() {
            "SHA1" | "SHA-1" => Hash::Sha1,
            "SHA256" | "SHA-256" => Hash::Sha256,
            "SHA384" | "SHA-384" => Hash::Sha384,
            "SHA512" | "SHA-512" => Hash::Sha512,
            _ => return None,
        };
        let is_aes = attribute(element, "cipherAlgorithm")? == "AES";
        let is_cbc = attribute(element, "cipherChaining")? == "ChainingModeCBC";
        let key_bytes = match attribute(element, "keyBits")?.as_str() {
            "128" => 16,
            "192" => 24,
            "256" => 32,
            _ => return None,
        };
        let salt = base64_attribute(element, "saltValue")?;
        (is_aes && is_cbc).then_some(Self { hash, key_bytes, salt })
    }
}

impl AgileCipher {
    fn of_default_password(xml: &[u8]) -> Option<Self> {
        const VERIFIER: [u8; 8] = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
        const VERIFIER_HASH: [u8; 8] = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
        const KEY: [u8; 8] = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];

        let mut reader = quick_xml::Reader::from_reader(xml);
        let (mut package, mut encryptor) = (None, None);
        loop {
            match reader.read_event().ok()? {
                Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                    "keyData" => package = AgileParameters::parse(&element),
                    // A key that is encrypted with a certificate has no spin count.
                    "encryptedKey" if attribute(&element, "spinCount").is_some() => encryptor = Some(element),
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
        }
        let (package, encryptor) = (package?, encryptor?);
        let password = AgileParameters::parse(&encryptor)?;
        let spin_count = attribute(&encryptor, "spinCount")?.parse().ok().filter(|count| *count <= MAX_SPIN_COUNT)?;
        let hash = password.hash.of_password(&password.salt, spin_count);
        let decrypted = |name, purpose: &[u8]| {
            let key = resized(password.hash.of(&[&hash, purpose]), password.key_bytes);
            let mut value = base64_attribute(&encryptor, name)?;
            decrypt_aes_cbc(&key, &password.salt, &mut value)?;
            Some(value)
        };
        let verifier = decrypted("encryptedVerifierHashInput", &VERIFIER)?;
        let verifier = verifier.get(..password.salt.len())?;
        if !decrypted("encryptedVerifierHashValue", &VERIFIER_HASH)?.starts_with(&password.hash.of(&[verifier])) {
            return None;
        }
        let mut key = decrypted("encryptedKeyValue", &KEY)?;
        key.truncate(package.key_bytes);
        Some(Self { parameters: package, key })
    }

    fn decrypt(&self, bytes: &mut [u8]) -> Option<()> {
        let AgileParameters { hash, salt, .. } = &self.parameters;
        for (number, segment) in (0_u32..).zip(bytes.chunks_mut(PACKAGE_SEGMENT_BYTES)) {
            let initial = hash.of(&[salt, &number.to_le_bytes()]);
            decrypt_aes_cbc(&self.key, &initial, segment)?;
        }
        Some(())
    }
}

/// Decrypts the whole blocks of `bytes`. `initial` is the initial vector.
fn decrypt_aes_cbc(key: &[u8], initial: &[u8], bytes: &mut [u8]) -> Option<()> {
    fn run<C>(key: &[u8], initial: &[u8], bytes: &mut [u8]) -> Option<()>
    where
        C: KeyInit + BlockCipherDecrypt + BlockSizeUser<BlockSize = U16>,
    {
        let mut cipher = Decryptor::<C>::new_from_slices(key, initial).ok()?;
        cipher.decrypt_blocks(Block::slice_as_chunks_mut(bytes).0);
        Some(())
    }
    let initial = resized(initial.to_vec(), 16);
    match key.len() {
        16 => run::<Aes128>(key, &initial, bytes),
        24 => run::<Aes192>(key, &initial, bytes),
        _ => run::<Aes256>(key, &initial, bytes),
    }
}

/// A hash as a key or as an initial vector, cut off or filled up.
fn resized(mut hash: Vec<u8>, bytes: usize) -> Vec<u8> {
    const FILLER: u8 = 0x36;
    hash.resize(bytes, FILLER);
    hash
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.attributes().flatten().find(|attribute| attribute.key.as_ref() == name)?;
    Some(attribute.value.into_owned())
}

fn base64_attribute(element: &BytesStart<'_>, name: &str) -> Option<Vec<u8>> {
    STANDARD.decode(attribute(element, name)?).ok()
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map(|bytes| u32::from_le_bytes(*bytes))
}
