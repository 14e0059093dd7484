/** HTTP Basic (RFC 7617): name and secret as they are. */
export function basicAuth(name: string, secret: string): string {
	return `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
}
