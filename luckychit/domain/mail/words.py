"""The words of every letter, in every language that letters are written in."""

from dataclasses import dataclass

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """A letter's words; names in braces are facts that are filled in.

    Args:
        subject: One line.
        before: Paragraphs above the button.
        button: What the button does.
        after: Paragraphs below it.
    """

    subject: str
    before: tuple[str, ...]
    button: str
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the words of every letter in one language."""

    hello: str
    hello_name: str
    or_copy: str
    foot: str


FRAMES = {
    "en": Frame(
        hello="Hello,",
        hello_name="Hello {name},",
        or_copy="If the button does not work, copy this address into your browser:",
        foot="LuckyChit. Nobody of ours ever asks for your password.",
    ),
    "hi": Frame(
        hello="नमस्ते,",
        hello_name="नमस्ते {name},",
        or_copy="अगर बटन काम न करे, तो यह पता अपने ब्राउज़र में कॉपी करें:",
        foot="LuckyChit. हमारा कोई भी व्यक्ति आपसे कभी पासवर्ड नहीं माँगता।",
    ),
}

_ONCE_A_DAY = "The link works once, for 24 hours."
_ONCE_A_DAY_HI = "यह लिंक एक बार, 24 घंटे तक काम करता है।"

WORDS: dict[str, dict[str, Words]] = {
    "welcome": {
        "en": Words(
            "Welcome to LuckyChit: confirm your e-mail address",
            (
                (
                    "Your account is open. Please confirm that this address is yours: it is how "
                    "you get back in if you lose your password."
                ),
            ),
            "Confirm my address",
            (f"{_ONCE_A_DAY} If you did not open an account, ignore this letter.",),
        ),
        "hi": Words(
            "LuckyChit में आपका स्वागत है: अपने ई-मेल पते की पुष्टि करें",
            (
                (
                    "आपका खाता खुल गया है। कृपया पुष्टि करें कि यह पता आपका है: पासवर्ड खो जाने पर "
                    "आप इसी से वापस आ सकेंगे।"
                ),
            ),
            "पते की पुष्टि करें",
            (f"{_ONCE_A_DAY_HI} अगर आपने खाता नहीं खोला है, तो इस पत्र को अनदेखा करें।",),
        ),
    },
    "verify_email": {
        "en": Words(
            "Confirm your e-mail address",
            (
                (
                    "Please confirm that this address is yours: it is how you get back into your "
                    "LuckyChit account if you lose your password."
                ),
            ),
            "Confirm my address",
            (f"{_ONCE_A_DAY} If you did not ask for it, ignore this letter.",),
        ),
        "hi": Words(
            "अपने ई-मेल पते की पुष्टि करें",
            (
                (
                    "कृपया पुष्टि करें कि यह पता आपका है: पासवर्ड खो जाने पर आप इसी से अपने "
                    "LuckyChit खाते में वापस आ सकेंगे।"
                ),
            ),
            "पते की पुष्टि करें",
            (f"{_ONCE_A_DAY_HI} अगर आपने इसे नहीं माँगा है, तो इस पत्र को अनदेखा करें।",),
        ),
    },
    "reset_password": {
        "en": Words(
            "Choose a new password",
            ("Somebody, we hope you, asked for a new password for your LuckyChit account.",),
            "Choose a new password",
            (
                (
                    "The link works once, for 30 minutes. If it was not you, ignore this letter: "
                    "your password stays as it is."
                ),
            ),
        ),
        "hi": Words(
            "नया पासवर्ड चुनें",
            ("किसी ने, आशा है आपने ही, आपके LuckyChit खाते के लिए नया पासवर्ड माँगा है।",),
            "नया पासवर्ड चुनें",
            (
                (
                    "यह लिंक एक बार, 30 मिनट तक काम करता है। अगर यह आप नहीं थे, तो इस पत्र को "
                    "अनदेखा करें: आपका पासवर्ड वही रहेगा।"
                ),
            ),
        ),
    },
    "password_changed": {
        "en": Words(
            "Your password was changed",
            (
                (
                    "The password of your LuckyChit account was changed on {when}. All other "
                    "devices were signed out."
                ),
                "If that was you, nothing needs doing. If it was not, choose a new password now.",
            ),
            "It was not me",
            (),
        ),
        "hi": Words(
            "आपका पासवर्ड बदल दिया गया है",
            (
                (
                    "आपके LuckyChit खाते का पासवर्ड {when} को बदला गया। बाकी सभी डिवाइस से साइन "
                    "आउट कर दिया गया है।"
                ),
                "अगर यह आपने किया है, तो कुछ करने की ज़रूरत नहीं। अगर नहीं, तो तुरंत नया पासवर्ड चुनें।",
            ),
            "यह मैंने नहीं किया",
            (),
        ),
    },
    "session_stolen": {
        "en": Words(
            "We signed one of your devices out",
            (
                (
                    "On {when} somebody used an old key of your LuckyChit account. A key works "
                    "only once, so it may have been copied. To be safe, we signed it out: {device}"
                ),
                (
                    "If the device is yours, sign in on it again. If you do not know it, choose a "
                    "new password now."
                ),
            ),
            "Choose a new password",
            (),
        ),
        "hi": Words(
            "हमने आपके एक डिवाइस से साइन आउट कर दिया है",
            (
                (
                    "{when} को किसी ने आपके LuckyChit खाते की पुरानी कुंजी का इस्तेमाल किया। हर "
                    "कुंजी केवल एक बार काम करती है, इसलिए हो सकता है उसकी नकल हुई हो। सुरक्षा के "
                    "लिए हमने इस डिवाइस से साइन आउट कर दिया: {device}"
                ),
                (
                    "अगर डिवाइस आपका है, तो उस पर फिर से साइन इन करें। अगर आप उसे नहीं पहचानते, तो "
                    "तुरंत नया पासवर्ड चुनें।"
                ),
            ),
            "नया पासवर्ड चुनें",
            (),
        ),
    },
    "email_changed": {
        "en": Words(
            "Your account has another e-mail address now",
            (
                (
                    "On {when} the e-mail address of your LuckyChit account was changed to "
                    "{new_email}. Letters no longer come to this address, and it no longer opens "
                    "the account."
                ),
                (
                    "If that was you, there is nothing to do. If it was not, sign in with your "
                    "mobile number or username, change your password and put your address back."
                ),
            ),
            "Sign in",
            (),
        ),
        "hi": Words(
            "आपके खाते का ई-मेल पता बदल दिया गया है",
            (
                (
                    "{when} को आपके LuckyChit खाते का ई-मेल पता बदलकर {new_email} कर दिया गया। अब "
                    "पत्र इस पते पर नहीं आएँगे, और इससे खाता नहीं खुलेगा।"
                ),
                (
                    "अगर यह आपने किया है, तो कुछ करने की ज़रूरत नहीं। अगर नहीं, तो अपने मोबाइल "
                    "नंबर या यूज़रनेम से साइन इन करें, पासवर्ड बदलें और अपना पता फिर से डालें।"
                ),
            ),
            "साइन इन करें",
            (),
        ),
    },
    "second_factor_on": {
        "en": Words(
            "Two-step sign-in is on",
            ("From now on, signing in asks for a code from your authenticator app. ({when})",),
            "Look at my account",
            ("If that was not you, tell an administrator at once.",),
        ),
        "hi": Words(
            "दो चरणों वाला साइन-इन चालू है",
            ("अब से साइन-इन करने पर आपके ऑथेंटिकेटर ऐप का कोड माँगा जाएगा। ({when})",),
            "अपना खाता देखें",
            ("अगर यह आपने नहीं किया, तो तुरंत किसी प्रशासक को बताएँ।",),
        ),
    },
    "second_factor_off": {
        "en": Words(
            "Two-step sign-in is off",
            ("Signing in now asks for your password only. ({when})",),
            "Look at my account",
            ("If that was not you, change your password at once and tell an administrator.",),
        ),
        "hi": Words(
            "दो चरणों वाला साइन-इन बंद है",
            ("अब साइन-इन करने पर केवल आपका पासवर्ड माँगा जाएगा। ({when})",),
            "अपना खाता देखें",
            ("अगर यह आपने नहीं किया, तो तुरंत अपना पासवर्ड बदलें और किसी प्रशासक को बताएँ।",),
        ),
    },
    "account_closed": {
        "en": Words(
            "Your account is closed",
            (
                "Your account is closed, as you asked. Nobody can sign in to it. ({when})",
                "What the books must keep stays in them: payments, draws and prizes.",
            ),
            "Go to LuckyChit",
            ("If that was not you, tell an administrator at once.",),
        ),
        "hi": Words(
            "आपका खाता बंद है",
            (
                "आपके कहने पर आपका खाता बंद कर दिया गया है। अब इसमें कोई साइन-इन नहीं कर सकता। ({when})",
                "जो हिसाब में रखना ज़रूरी है, वह रहता है: भुगतान, ड्रॉ और इनाम।",
            ),
            "LuckyChit पर जाएँ",
            ("अगर यह आपने नहीं किया, तो तुरंत किसी प्रशासक को बताएँ।",),
        ),
    },
}
