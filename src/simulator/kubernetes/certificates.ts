import selfsigned from 'selfsigned';

/** What an HTTPS server on loopback needs, and the authority its clients trust it by. All PEM. */
export interface ServerCertificate {
	readonly ca: string;
	readonly cert: string;
	readonly key: string;
}

/** Peers check dates by the wall clock, which no virtual clock moves. */
const validity = { notBeforeDate: new Date('2020-01-01'), notAfterDate: new Date('2049-12-31') };
const algorithm = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

/** A server certificate for localhost and 127.0.0.1 (ECDSA P-256), signed by an authority made for it alone. */
export async function issueServerCertificate(authorityName: string): Promise<ServerCertificate> {
	const authority = await selfsigned.generate([{ name: 'commonName', value: authorityName }], {
		...algorithm,
		...validity,
		extensions: [
			{ name: 'basicConstraints', cA: true, critical: true },
			{ name: 'keyUsage', keyCertSign: true, critical: true },
		],
	});
	const server = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
		...algorithm,
		...validity,
		ca: { key: authority.private, cert: authority.cert },
		extensions: [
			{ name: 'basicConstraints', cA: false, critical: true },
			{ name: 'extKeyUsage', serverAuth: true },
			{
				name: 'subjectAltName',
				altNames: [
					{ type: 2, value: 'localhost' },
					{ type: 7, ip: '127.0.0.1' },
				],
			},
		],
	});
	return { ca: authority.cert, cert: server.cert, key: server.private };
}
