using Microsoft.OpenApi;

namespace Vagus.Server.Describing;

/// <summary>The bodies of the workflow API, which are read by hand. Each may name the <c>version</c> that it changes.</summary>
internal static class WorkflowBodies
{
    private const JsonSchemaType NumberOrNull = JsonSchemaType.Number | JsonSchemaType.Null;
    private const JsonSchemaType CountOrNull = JsonSchemaType.Integer | JsonSchemaType.Null;
    private const JsonSchemaType FlagOrNull = JsonSchemaType.Boolean | JsonSchemaType.Null;

    private static readonly string[] Places =
        ["appointments", "encounters", "biopsies", "claims", "payments", "prior-auths", "signing-keys"];

    public static bool IsOfWorkflow(string path) => path.Split('/') is ["", "api", var place, ..] parts
        && (Places.Contains(place, StringComparer.Ordinal) || (place == "patients" && IsOfPatients(parts)));

    public static OpenApiRequestBody? Of(string method, string path) =>
        method is "POST" or "PUT" && IsOfWorkflow(path) && Schema(method, path.TrimEnd('/')) is { } schema
            ? Doors.Json("application/json", schema) : null;

    // What else lies below /api/patients is of accounts and emergencies.
    private static bool IsOfPatients(string[] parts) =>
        parts is ["", "api", "patients"] or [.., "patients", "" or "{id}"] or [.., "insurance-verification"];

    private static OpenApiSchema? Schema(string method, string path) => $"{method} {path}" switch
    {
        "POST /api/patients" => With(
            Doors.Texts("firstName", "lastName", "birthDate", "sex", "phone?", "email?", "address?", "mrn?"), ("confirmNew", FlagOrNull)),
        "PUT /api/patients/{id}" => Change(
            Doors.Texts("firstName?", "lastName?", "birthDate?", "sex?", "phone?", "email?", "address?", "mrn?")),
        "POST /api/patients/{id}/insurance-verification" => With(
            Doors.Texts("payer", "memberId", "validFrom?", "validTo?"), ("verified", JsonSchemaType.Boolean)),
        "POST /api/appointments" => With(
            Doors.Texts("patientId", "providerId", "start", "end?", "type?", "reason?", "location?", "comment?"),
            ("durationMinutes", CountOrNull), ("allowOverlap", FlagOrNull), ("repeat", JsonSchemaType.Object | JsonSchemaType.Null)),
        "POST /api/appointments/{id}/reschedule" => Change(With(
            Doors.Texts("start", "end?", "providerId?", "location?"), ("durationMinutes", CountOrNull), ("allowOverlap", FlagOrNull))),
        "POST /api/appointments/{id}/status" => Change(Doors.Texts("status", "reason?")),
        "POST /api/encounters" => Doors.Texts("patientId", "providerId", "appointmentId?", "type?", "reason?"),
        "PUT /api/encounters/{id}" => Change(Coded(Doors.Texts("note?"), "diagnoses", "procedures")),
        "POST /api/encounters/{id}/complete" or "POST /api/encounters/{id}/sign" => Change(Doors.Object()),
        "POST /api/encounters/{id}/addenda" => Change(Doors.Texts("text")),
        "POST /api/encounters/{id}/vitals" => Change(With(
            Doors.Texts("at?"), ("heartRate", NumberOrNull), ("systolic", NumberOrNull), ("diastolic", NumberOrNull),
            ("temperature", NumberOrNull), ("respiratoryRate", NumberOrNull), ("oxygenSaturation", NumberOrNull), ("weight", NumberOrNull),
            ("height", NumberOrNull))),
        _ => OfBills(method, path),
    };

    private static OpenApiSchema? OfBills(string method, string path) => $"{method} {path}" switch
    {
        "POST /api/biopsies" => Doors.Texts("patientId", "providerId", "site", "procedure?", "encounterId?", "specimen?"),
        "PUT /api/biopsies/{id}" => Change(Doors.Texts("providerId?", "site?", "procedure?", "specimen?", "status?")),
        "POST /api/biopsies/{id}/result" => Change(With(
            Doors.Texts("diagnosis", "code?", "codeSystem?", "report?", "pathologist?"), ("isMalignant", FlagOrNull), ("amends", FlagOrNull))),
        "POST /api/biopsies/{id}/review" => Change(Doors.Texts("decision", "note?")),
        "POST /api/claims" => Lines(Doors.Texts("patientId", "encounterId?", "payer", "currency?")),
        "PUT /api/claims/{id}" => Change(Lines(Doors.Texts("payer?", "encounterId?"))),
        "POST /api/claims/{id}/submit" => Change(Doors.Object()),
        "POST /api/claims/{id}/status" => Change(With(Doors.Texts("status", "reason?"), ("amountPaid", NumberOrNull))),
        "POST /api/payments" => With(
            Doors.Texts("patientId", "claimId?", "method", "currency?", "receivedAt?"), ("amount", JsonSchemaType.Number)),
        "POST /api/prior-auths" => Doors.Texts("patientId", "providerId", "service", "payer"),
        "POST /api/prior-auths/{id}/status" => Change(Doors.Texts("status", "reason?", "number?", "validUntil?")),
        _ => null,
    };

    private static OpenApiSchema Lines(OpenApiSchema schema)
    {
        (schema.Properties ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal))["lines"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Array | JsonSchemaType.Null,
            Items = With(Doors.Texts("code", "description?"), ("amount", JsonSchemaType.Number)),
        };
        return schema;
    }

    private static OpenApiSchema Coded(OpenApiSchema schema, params string[] names)
    {
        foreach (var name in names)
        {
            (schema.Properties ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal))[name] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array | JsonSchemaType.Null, Items = Doors.Texts("display?", "code?", "system?"),
            };
        }

        return schema;
    }

    private static OpenApiSchema Change(OpenApiSchema schema) => With(schema, ("version", CountOrNull));

    private static OpenApiSchema With(OpenApiSchema schema, params (string Name, JsonSchemaType Type)[] more)
    {
        foreach (var (name, property) in Doors.Object(more).Properties ?? new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal))
            (schema.Properties ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal))[name] = property;
        return schema;
    }
}
