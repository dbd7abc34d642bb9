"""Letters about the safety of an account: what was changed, so that its owner can object."""

from html import escape

from luckychit.domain.mail.letters import Letter

# Of each letter its subject and its paragraphs, in the languages that letters are written in.
_WORDS: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "verify_email": {
        "en": (
            "Please confirm your e-mail address",
            (
                "Hello {name},",
                "open this link to confirm that this address is yours: {link}",
                "It works for two days. If you did not ask for it, you need not do anything.",
            ),
        ),
        "hi": (
            "कृपया अपना ई-मेल पता पक्का करें",
            (
                "नमस्ते {name},",
                "यह पता आपका है, यह पक्का करने के लिए यह लिंक खोलें: {link}",
                "यह दो दिन तक काम करता है। अगर आपने इसे नहीं माँगा, तो आपको कुछ नहीं करना है।",
            ),
        ),
    },
    "email_changed": {
        "en": (
            "Your e-mail address was changed",
            (
                "Hello {name},",
                "this address no longer belongs to your LuckyChit account; it is now {now_email}.",
                "If that was not you, change your password at once and tell your organiser.",
            ),
        ),
        "hi": (
            "आपका ई-मेल पता बदला गया",
            (
                "नमस्ते {name},",
                "यह पता अब आपके LuckyChit खाते का नहीं है; अब वह {now_email} है।",
                "अगर यह आपने नहीं किया, तो तुरंत अपना पासवर्ड बदलें और अपने आयोजक को बताएँ।",
            ),
        ),
    },
    "second_factor_on": {
        "en": (
            "Two-step sign-in is on",
            (
                "Hello {name},",
                "from now on, signing in to LuckyChit asks for a code from your authenticator app.",
                "If that was not you, tell an administrator at once.",
            ),
        ),
        "hi": (
            "दो चरणों वाला साइन-इन चालू है",
            (
                "नमस्ते {name},",
                "अब से LuckyChit में साइन-इन करने पर आपके ऑथेंटिकेटर ऐप का कोड माँगा जाएगा।",
                "अगर यह आपने नहीं किया, तो तुरंत किसी प्रशासक को बताएँ।",
            ),
        ),
    },
    "second_factor_off": {
        "en": (
            "Two-step sign-in is off",
            (
                "Hello {name},",
                "signing in to LuckyChit now asks for your password only.",
                "If that was not you, change your password at once and tell an administrator.",
            ),
        ),
        "hi": (
            "दो चरणों वाला साइन-इन बंद है",
            (
                "नमस्ते {name},",
                "अब LuckyChit में साइन-इन करने पर केवल आपका पासवर्ड माँगा जाएगा।",
                "अगर यह आपने नहीं किया, तो तुरंत अपना पासवर्ड बदलें और किसी प्रशासक को बताएँ।",
            ),
        ),
    },
    "account_closed": {
        "en": (
            "Your account is closed",
            (
                "Hello {name},",
                "your LuckyChit account is closed, as you asked. Nobody can sign in to it.",
                "What the books must keep stays in them: payments, draws and prizes.",
            ),
        ),
        "hi": (
            "आपका खाता बंद है",
            (
                "नमस्ते {name},",
                "आपके कहने पर आपका LuckyChit खाता बंद कर दिया गया है। अब इसमें कोई साइन-इन नहीं कर सकता।",
                "जो हिसाब में रखना ज़रूरी है, वह रहता है: भुगतान, ड्रॉ और इनाम।",
            ),
        ),
    },
}


def verify_email(language: str, *, name: str, link: str) -> Letter:
    """Ask to confirm an address.

    Args:
        language: ``en`` or ``hi``.
        name: Of the reader.
        link: With the secret; it is the address of a page of ours.
    """
    return _letter("verify_email", language, name=name, link=link)


def email_changed(language: str, *, name: str, now_email: str) -> Letter:
    """Tell the old address that another one took its place.

    Args:
        language: ``en`` or ``hi``.
        name: Of the reader.
        now_email: The new address, masked.
    """
    return _letter("email_changed", language, name=name, now_email=now_email)


def second_factor_on(language: str, *, name: str) -> Letter:
    """Tell that signing in asks for a code from now on."""
    return _letter("second_factor_on", language, name=name)


def second_factor_off(language: str, *, name: str) -> Letter:
    """Tell that signing in asks for no code any more."""
    return _letter("second_factor_off", language, name=name)


def account_closed(language: str, *, name: str) -> Letter:
    """Tell that the person's account is closed."""
    return _letter("account_closed", language, name=name)


def _letter(kind: str, language: str, **facts: str) -> Letter:
    subject, paragraphs = _WORDS[kind].get(language) or _WORDS[kind]["en"]
    said = [one.format_map(facts) for one in paragraphs]
    return Letter(
        kind=kind,
        subject=subject,
        body_text="\n\n".join(said) + "\n",
        body_html="".join(f"<p>{escape(one)}</p>" for one in said),
    )
