/** What TLS needs to know of a cluster and of us. PEM text or bytes. */
export interface TlsSettings {
	readonly ca?: string | Buffer;
	readonly cert?: string | Buffer;
	readonly key?: string | Buffer;
	/** The name the server's certificate must carry, where it is not the address. */
	readonly servername?: string;
	readonly rejectUnauthorized: boolean;
}

/** Request headers that say who we are. */
export type AuthHeaders = Readonly<Record<string, string>>;

/** How to reach one cluster's API. */
export interface Connection {
	/** The server's URL, with a path where the API lives below one. */
	readonly server: string;
	/** As it was when the connection was made; `refresh` tells what it has become. */
	readonly tls: TlsSettings;
	/** An http, https or socks5 URL of the proxy to go through, with its credentials. */
	readonly proxy?: string;
	/**
	 * The headers to send now. Given headers that the server refused, reads the credentials afresh unless
	 * somebody has already. Throws ProblemError when none can be had.
	 */
	authorize(refused?: AuthHeaders): Promise<AuthHeaders>;
	/**
	 * Looks again at the files that credentials and CAs live in, and returns what TLS needs now. What cannot be
	 * read stays as it was. Absent where nothing lives in a file.
	 */
	refresh?(): Promise<TlsSettings>;
}
