import { X509Certificate } from 'node:crypto';
import test from 'ava';
import { issueServerCertificate } from '../../../src/simulator/kubernetes/certificates.ts';

test('the certificate names this machine and is signed by its own authority alone', async (t) => {
	const { ca, cert } = await issueServerCertificate('east authority');
	const [authority, server] = [new X509Certificate(ca), new X509Certificate(cert)];
	const stranger = new X509Certificate((await issueServerCertificate('east authority')).ca);
	t.true(authority.ca);
	t.false(server.ca);
	t.true(server.verify(authority.publicKey));
	t.false(server.verify(stranger.publicKey));
	t.is(server.checkIP('127.0.0.1'), '127.0.0.1');
	t.is(server.checkHost('localhost'), 'localhost');
	t.is(server.checkHost('example.org'), undefined);
});
