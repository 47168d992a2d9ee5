namespace Vagus.Messaging.Words;

/// <summary>The words of an exported conversation, in one language. A word that were missing in a language would not compile.</summary>
internal sealed record ExportWords
{
    public required string Title { get; init; }

    public required string Patient { get; init; }

    public required string Subject { get; init; }

    public required string Began { get; init; }

    public required string MadeAt { get; init; }

    /// <summary>Before the name of the time zone.</summary>
    public required string TimesIn { get; init; }

    public required string Retracted { get; init; }

    public required string Unreadable { get; init; }

    public required string Attachment { get; init; }

    public required string Page { get; init; }

    /// <summary>Said where the font lacks characters of the texts.</summary>
    public required string Missing { get; init; }

    /// <summary>By the wire names of roles.</summary>
    public required IReadOnlyDictionary<string, string> Roles { get; init; }

    public static ExportWords Of(Language language) => language == Language.Spanish ? Spanish : English;

    private static readonly ExportWords English = new()
    {
        Title = "Conversation",
        Patient = "Patient",
        Subject = "Subject",
        Began = "Begun",
        MadeAt = "Exported",
        TimesIn = "All times are in the time zone",
        Retracted = "This message was retracted.",
        Unreadable = "The content of this message cannot be shown.",
        Attachment = "Attachment",
        Page = "Page",
        Missing = "The font of this document lacks some characters, which are shown as boxes. The export as FHIR has them.",
        Roles = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["patient"] = "patient", ["provider"] = "provider", ["nurse"] = "nurse", ["medical_assistant"] = "medical assistant",
            ["front_desk"] = "front desk", ["billing"] = "billing", ["lab"] = "laboratory", ["radiology"] = "radiology",
            ["pharmacy"] = "pharmacy", ["driver"] = "driver", ["admin"] = "administration", ["service"] = "automatic answer",
        },
    };

    private static readonly ExportWords Spanish = new()
    {
        Title = "Conversación",
        Patient = "Paciente",
        Subject = "Asunto",
        Began = "Comenzó",
        MadeAt = "Exportado",
        TimesIn = "Todas las horas corresponden a la zona horaria",
        Retracted = "Este mensaje fue retirado.",
        Unreadable = "El contenido de este mensaje no se puede mostrar.",
        Attachment = "Archivo adjunto",
        Page = "Página",
        Missing = "A la fuente de este documento le faltan algunos caracteres, que aparecen como recuadros. La exportación en FHIR los tiene.",
        Roles = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["patient"] = "paciente", ["provider"] = "profesional médico", ["nurse"] = "enfermería",
            ["medical_assistant"] = "asistente médico", ["front_desk"] = "recepción", ["billing"] = "facturación",
            ["lab"] = "laboratorio", ["radiology"] = "radiología", ["pharmacy"] = "farmacia", ["driver"] = "conductor",
            ["admin"] = "administración", ["service"] = "respuesta automática",
        },
    };
}
