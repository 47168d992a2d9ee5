using System.Collections.Frozen;

namespace Vagus.Messaging.Words;

/// <summary>
/// The catalogue of what reaches a patient through messages, each text in every language. A category that has no text here is not answered
/// by itself within the hours of the clinic.
/// </summary>
internal static class PatientWords
{
    public const string Closed = "auto_reply.closed";
    public const string QuarantineTitle = "quarantine.title";
    public const string Quarantine = "quarantine.text";

    private static readonly FrozenDictionary<string, string> English = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Reply("prescription_refill")] = """
            Thank you, your refill request has reached us. A member of the clinical team looks at it within 1–2 business days. If
            you are almost out of the medicine or cannot wait, please call the clinic.
            """,
        [Reply("appointment")] = """
            Thank you, we have received your message about an appointment. Our scheduling team answers within 24 hours.
            """,
        [Reply("medical_question")] = """
            Thank you for your question. The clinical team answers within 1–2 business days. Please do not wait for our answer in
            an emergency: call the emergency number or go to the nearest emergency department.
            """,
        [Closed] = """
            The clinic is closed now. We read your message when we open again. In an emergency, call the emergency number.
            """,
        [QuarantineTitle] = "File Not Delivered",
        [Quarantine] = """
            The virus scanner has found something in a file that you sent. Nobody is given the file. Please check your device, and
            send the file again from a clean one.
            """,
        [CannedTitle("prescription-approved")] = "Prescription approved",
        [Canned("prescription-approved")] = """
            Hello {{patient.firstName|there}}, your prescription has been approved. The pharmacy should have it ready for you in
            24–48 hours.
            """,
        [CannedTitle("appointment-scheduled")] = "Appointment scheduled",
        [Canned("appointment-scheduled")] = """
            Hello {{patient.firstName|there}}, your appointment is booked. Please be here 15 minutes before it begins, so that
            there is time to check you in.
            """,
        [CannedTitle("more-information")] = "More information needed",
        [Canned("more-information")] = """
            Hello {{patient.firstName|there}}, before we can help we need to know a little more: [what we need to know]
            """,
        [CannedTitle("results-normal")] = "Test results normal",
        [Canned("results-normal")] = """
            Hello {{patient.firstName|there}}, your test results are in, and they are within the normal range. There is nothing
            you need to do.
            """,
        [CannedTitle("billing-forwarded")] = "Billing question forwarded",
        [Canned("billing-forwarded")] = """
            Hello {{patient.firstName|there}}, we have passed your question on to our billing team. You hear from them within 2–3
            business days.
            """,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Spanish = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Reply("prescription_refill")] = """
            Gracias, hemos recibido su solicitud de renovación de receta. El equipo clínico la revisa en un plazo de 1 a 2 días
            hábiles. Si le queda poco medicamento o no puede esperar, llame a la clínica.
            """,
        [Reply("appointment")] = """
            Gracias, hemos recibido su mensaje sobre una cita. El equipo de citas le responde en un plazo de 24 horas.
            """,
        [Reply("medical_question")] = """
            Gracias por su pregunta. El equipo clínico le responde en un plazo de 1 a 2 días hábiles. En una emergencia no espere
            nuestra respuesta: llame al número de emergencias o acuda al servicio de urgencias más cercano.
            """,
        [Closed] = """
            La clínica está cerrada en este momento. Leeremos su mensaje cuando volvamos a abrir. En una emergencia, llame al
            número de emergencias.
            """,
        [QuarantineTitle] = "Archivo no entregado",
        [Quarantine] = """
            El antivirus ha encontrado algo en un archivo que usted envió. El archivo no se entrega a nadie. Revise su dispositivo y
            envíe el archivo de nuevo desde uno limpio.
            """,
        [CannedTitle("prescription-approved")] = "Receta aprobada",
        [Canned("prescription-approved")] = """
            Estimado/a {{patient.firstName|paciente}}, su receta ha sido aprobada. La farmacia debería tenerla lista en un plazo
            de 24 a 48 horas.
            """,
        [CannedTitle("appointment-scheduled")] = "Cita programada",
        [Canned("appointment-scheduled")] = """
            Estimado/a {{patient.firstName|paciente}}, su cita está programada. Por favor, llegue 15 minutos antes para que haya
            tiempo de registrarle.
            """,
        [CannedTitle("more-information")] = "Se necesita más información",
        [Canned("more-information")] = """
            Estimado/a {{patient.firstName|paciente}}, antes de poder ayudarle necesitamos saber algo más: [lo que necesitamos
            saber]
            """,
        [CannedTitle("results-normal")] = "Resultados normales",
        [Canned("results-normal")] = """
            Estimado/a {{patient.firstName|paciente}}, ya tenemos los resultados de sus pruebas y están dentro de lo normal. No
            tiene que hacer nada.
            """,
        [CannedTitle("billing-forwarded")] = "Pregunta de facturación reenviada",
        [Canned("billing-forwarded")] = """
            Estimado/a {{patient.firstName|paciente}}, hemos pasado su pregunta a nuestro equipo de facturación. Le responderán en
            un plazo de 2 a 3 días hábiles.
            """,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The canned responses that every tenant begins with.</summary>
    public static readonly IReadOnlyList<string> DefaultCanned =
        ["prescription-approved", "appointment-scheduled", "more-information", "results-normal", "billing-forwarded"];

    public static string Reply(string category) => $"auto_reply.{category}";

    public static string Canned(string name) => $"canned.{name}.text";

    public static string CannedTitle(string name) => $"canned.{name}.title";

    public static IReadOnlyCollection<string> Keys(Language language) => Of(language).Keys;

    /// <summary>Null where the catalogue has no such text in any language.</summary>
    public static string? Find(Language language, string key) => Of(language).GetValueOrDefault(key)?.Replace('\n', ' ');

    private static FrozenDictionary<string, string> Of(Language language) => language == Language.Spanish ? Spanish : English;
}
