/**
 * Texts from outside as they are shown: characters that turn the direction of what follows, or that nobody sees, are written as their code, so that an id
 * cannot look like another one. Joiners stay, which emoji and some languages need; line breaks and tabs, too.
 */
export const MISLEADING: RegExp = /(?![\n\r\t])[\p{Cc}\p{Bidi_Control}\u200b\u2028\u2029\u2060-\u2064\ufeff]/gu;

/** "order\u202e1" as the characters that stand here. */
export const visibleText = (text: string): string => text.replace(MISLEADING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
