import { z } from 'zod'

// Zod compiles its schemas with `new Function` where it may; the window's CSP forbids that, and the mere probe for it
// is reported as a violation. Must run before the first schema is made, so every schema takes `z` from here.
z.config({ jitless: true })

export { z }
