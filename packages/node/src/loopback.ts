/** Whether only this machine reaches whoever listens at this host, a name or an IP address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
