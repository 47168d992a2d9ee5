namespace Vagus.Identity.Mail;

/// <summary>What mails about accounts say, in one language: the same for every person and every clinic.</summary>
internal sealed record MailWords(string Subject, IReadOnlyDictionary<string, string> Bodies)
{
    /// <summary>Stands in a text where its link goes.</summary>
    public const char Link = '@';

    private const string NotByYou =
        "If this was not you, choose a new password at once, look at your second factors, and tell your organization.";

    private const string NotYou = "If you did not expect this message, you need not do anything.";

    private const string NoPorUsted =
        "Si no fue usted, elija enseguida una contraseña nueva, revise sus segundos factores y avise a su organización.";

    private const string NoUsted = "Si no esperaba este mensaje, no tiene que hacer nada.";

    // One subject for all kinds: it is shown on locked screens and kept by servers on the way.
    private static readonly MailWords English = new("A message about your account", new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["portal_invitation"] = $"You have been invited to open an account. Open this link to go on:\n\n@\n\n{NotYou}",
        ["verify_address"] = $"Open this link to confirm your e-mail address:\n\n@\n\n{NotYou}",
        ["patient_reset"] = $"Open this link within 30 minutes to choose a new password:\n\n@\n\n{NotYou}",
        ["staff_invitation"] = $"An account has been made for you. Open this link to choose its password:\n\n@\n\n{NotYou}",
        ["staff_reset"] = $"Open this link within 30 minutes to choose a new password:\n\n@\n\n{NotYou}",
        ["password_changed"] =
            "The password of your account was changed, and the account was signed out everywhere else.\n\n"
            + "If this was not you, ask for a new password at once and tell your organization.",
        ["break_glass"] =
            "A record of your organization was opened in an emergency. Sign in to see by whom, and to review it within 72 hours.",
        ["authenticator_added"] = $"An authenticator app was added to your account.\n\n{NotByYou}",
        ["passkey_added"] = $"A passkey was added to your account.\n\n{NotByYou}",
        ["factor_removed"] = $"A second factor was removed from your account.\n\n{NotByYou}",
        ["recovery_codes_renewed"] = $"New recovery codes were made for your account. The earlier ones are void.\n\n{NotByYou}",
        ["recovery_code_used"] = $"A recovery code was used to sign in to your account.\n\n{NotByYou}",
        ["factor_reset_asked"] =
            "An administrator of your organization has asked to remove all second factors of your account. It is done in 24 hours.\n\n"
            + "If you did not ask for it, sign in and cancel it, and tell your organization.",
        ["factor_reset_done"] =
            "All second factors of your account were removed, and the account was signed out everywhere.\n\n"
            + "If you did not ask for it, tell your organization at once.",
    });

    private static readonly MailWords Spanish = new("Un mensaje sobre su cuenta", new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["portal_invitation"] = $"Le invitaron a abrir una cuenta. Abra este enlace para continuar:\n\n@\n\n{NoUsted}",
        ["verify_address"] = $"Abra este enlace para confirmar su dirección de correo electrónico:\n\n@\n\n{NoUsted}",
        ["patient_reset"] = $"Abra este enlace en los próximos 30 minutos para elegir una contraseña nueva:\n\n@\n\n{NoUsted}",
        ["staff_invitation"] = $"Se creó una cuenta para usted. Abra este enlace para elegir su contraseña:\n\n@\n\n{NoUsted}",
        ["staff_reset"] = $"Abra este enlace en los próximos 30 minutos para elegir una contraseña nueva:\n\n@\n\n{NoUsted}",
        ["password_changed"] =
            "Se cambió la contraseña de su cuenta y se cerraron todas las demás sesiones.\n\n"
            + "Si no fue usted, pida enseguida una contraseña nueva y avise a su organización.",
        ["break_glass"] =
            "Se abrió un expediente de su organización en una emergencia. Inicie sesión para ver quién lo abrió y revíselo en un plazo de 72 horas.",
        ["authenticator_added"] = $"Se añadió una aplicación de autenticación a su cuenta.\n\n{NoPorUsted}",
        ["passkey_added"] = $"Se añadió una llave de acceso a su cuenta.\n\n{NoPorUsted}",
        ["factor_removed"] = $"Se eliminó un segundo factor de su cuenta.\n\n{NoPorUsted}",
        ["recovery_codes_renewed"] =
            $"Se crearon códigos de recuperación nuevos para su cuenta. Los anteriores ya no sirven.\n\n{NoPorUsted}",
        ["recovery_code_used"] = $"Se usó un código de recuperación para iniciar sesión en su cuenta.\n\n{NoPorUsted}",
        ["factor_reset_asked"] =
            "Un administrador de su organización pidió eliminar todos los segundos factores de su cuenta. Se hará en 24 horas.\n\n"
            + "Si usted no lo pidió, inicie sesión, cancélelo y avise a su organización.",
        ["factor_reset_done"] =
            "Se eliminaron todos los segundos factores de su cuenta y se cerraron todas sus sesiones.\n\n"
            + "Si usted no lo pidió, avise enseguida a su organización.",
    });

    /// <summary>By the tags that people choose in their preferences.</summary>
    public static readonly IReadOnlyDictionary<string, MailWords> Languages =
        new Dictionary<string, MailWords>(StringComparer.Ordinal) { ["en"] = English, ["es"] = Spanish };

    /// <summary>Of a language that is not known here, English.</summary>
    public static MailWords In(string? language) => Languages.GetValueOrDefault(language ?? "", English);
}
