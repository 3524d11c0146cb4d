/** The page demands Trusted Types: scripts, of workers too, come from its own origin alone. HTML from text has no policy, so that nothing can be made of it. */
interface TrustedTypes {
  createPolicy(name: string, rules: { readonly createScriptURL: (url: string) => string | undefined }): void;
}

export function allowOwnScripts(): void {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  trustedTypes?.createPolicy('default', { createScriptURL: (url) => (new URL(url, location.href).origin === location.origin ? url : undefined) });
}
