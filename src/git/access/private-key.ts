const pem = /-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----([\s\S]*?)-----END /;

/** What an OpenSSH key begins with, before the name of its cipher. */
const magic = 'openssh-key-v1\0';

export function isPrivateKey(text: string): boolean {
	return pem.test(text);
}

/** Whether a passphrase is needed to use the key. */
export function isEncryptedKey(text: string): boolean {
	const [, type = '', body = ''] = pem.exec(text) ?? [];
	if (type.startsWith('ENCRYPTED') || /^Proc-Type: 4,ENCRYPTED/m.test(text)) return true;
	if (!type.startsWith('OPENSSH')) return false;
	const bytes = Buffer.from(body, 'base64');
	const length = bytes.length < magic.length + 4 ? 0 : bytes.readUInt32BE(magic.length);
	return bytes.toString('latin1', magic.length + 4, magic.length + 4 + length) !== 'none';
}

/** As ssh wants it: lines that end in LF, the last one too. */
export function normaliseKey(text: string): string {
	return `${text.replaceAll('\r\n', '\n').trimEnd()}\n`;
}
