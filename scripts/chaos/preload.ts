/** Loaded into a node before anything else: its clock is off by `CHAOS_AHEAD_MS`, and it dials from `CHAOS_DIALS_FROM`, so that a proxy can tell who dials. */
import net from 'node:net'

const aheadMs = Number(process.env['CHAOS_AHEAD_MS'] ?? 0)
const dialsFrom = process.env['CHAOS_DIALS_FROM']

if (aheadMs !== 0) {
  const RightDate = Date
  const nowMs = (): number => RightDate.now() + aheadMs
  globalThis.Date = new Proxy(RightDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [nowMs()] : args, newTarget) as object,
    apply: () => new RightDate(nowMs()).toString(),
    get: (target, key) => (key === 'now' ? nowMs : (Reflect.get(target, key) as unknown))
  })
}
if (dialsFrom != null) {
  const connect = net.connect.bind(net) as (...args: unknown[]) => net.Socket
  Object.assign(net, {
    connect: (options: unknown, ...rest: unknown[]) =>
      connect(typeof options === 'object' && options != null && 'port' in options ? { ...options, localAddress: dialsFrom } : options, ...rest)
  })
}
