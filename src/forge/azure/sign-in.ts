import type { HttpAnswer, HttpFetch } from '../http/fetch.ts';

/** Whom it does not know Azure shows a page to sign in, or sends there: that is 401 in other words. */
export function refuseSignIn(fetch: HttpFetch): HttpFetch {
	return async (url, request) => {
		const answer = await fetch(url, request);
		if (!isSignIn(answer)) return answer;
		const { headers, body } = answer;
		return { status: 401, headers, body, text: () => answer.text() };
	};
}

function isSignIn({ status, headers }: HttpAnswer): boolean {
	const isRedirect = status >= 300 && status < 400;
	return status === 203 || (isRedirect && /\/_signin\b|\/\/login\./i.test(headers.get('location') ?? ''));
}
