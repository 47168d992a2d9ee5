using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Requests;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Encounters;

/// <summary>
/// <c>GET /api/encounters</c>: within the caller's reach, the newest first. <c>GET /api/encounters/{id}</c>: with note, diagnoses,
/// procedures and vitals, as far as the caller's role reads them.
/// </summary>
internal sealed class ReadEncounters(FhirRecords records)
{
    private const int MostOfEach = 100;

    public async Task<IResult> One(string id, HttpContext http)
    {
        var call = records.Of(http);
        var encounter = await call.Read("Encounter", id);
        return encounter.Refusal is { } refusal ? Answers.Refuse(refusal) : Answers.Of(http, await Whole(call, encounter.Value));
    }

    public async Task<IResult> List(HttpContext http)
    {
        var query = ListQuery.ReadCounted(http.Request.Query, "patientId", "providerId", "status", "date", "appointmentId");
        if (query.Refusal is { } wrong) return Answers.Refuse(wrong);
        var asked = query.Value;
        var (patient, provider, appointment) = (asked.Id("patientId"), asked.Id("providerId"), asked.Id("appointmentId"));
        if ((patient.Refusal ?? provider.Refusal ?? appointment.Refusal) is { } unclear) return Answers.Refuse(unclear);
        (string, string?)[] parameters =
        [
            ("patient", patient.Value), ("practitioner", provider.Value), ("appointment", appointment.Value),
            ("status", asked["status"]?.Replace('_', '-')), ("date", asked["date"]), ("_sort", "-date"),
        ];
        var call = records.Of(http);
        var page = await SearchRecords.Page(call, "Encounter", asked, parameters);
        if (page.Refusal is { } refusal) return Answers.Refuse(refusal);
        var names = await NamesOfRecords.In(call, page.Value.Items.SelectMany(EncounterView.People));
        if (names.Refusal is { } unrecorded) return Answers.Refuse(unrecorded);
        var signed = await Signed(call, page.Value.Items.Select(each => each.Reference));
        if (signed.Refusal is { } unseen) return Answers.Refuse(unseen);
        var views = page.Value.Items.Select(
            each => EncounterView.Of(each, names.Value) with { IsSigned = signed.Value?.Contains(each.Reference) });
        return Answers.Page<EncounterView>(http, new ListPage<EncounterView>([.. views], page.Value.Total, page.Value.Cursor));
    }

    /// <summary>An encounter with all that belongs to it and that the caller reads.</summary>
    public static async ValueTask<Result<EncounterView>> Whole(RecordCall call, FhirRecord encounter)
    {
        var of = $"encounter=Encounter/{encounter.Id}&_count={MostOfEach}";
        var addenda = await Found(call, "DocumentReference", $"{of}&type={CodeSystems.Loinc}|{EncounterParts.AddendumCode}&status=current");
        if (addenda.Refusal is { } noAddenda) return noAddenda;
        var added = addenda.Value?.Reverse().ToList();
        var names = await NamesOfRecords.In(
            call, EncounterView.People(encounter).Concat(added?.SelectMany(each => each.Json.Items("author")) ?? []));
        if (names.Refusal is { } unrecorded) return unrecorded;
        var signed = await Signed(call, [encounter.Reference, .. added?.Select(each => each.Reference) ?? []]);
        if (signed.Refusal is { } unseen) return unseen;
        var notes = await Found(call, "DocumentReference", $"{of}&type={CodeSystems.Loinc}|{EncounterParts.NoteCode}&status=current");
        if (notes.Refusal is { } noNotes) return noNotes;
        var diagnoses = await Found(call, "Condition", $"{of}&verification-status:not=entered-in-error");
        if (diagnoses.Refusal is { } noDiagnoses) return noDiagnoses;
        var procedures = await Found(call, "Procedure", $"{of}&status:not=entered-in-error");
        if (procedures.Refusal is { } noProcedures) return noProcedures;
        var vitals = await Found(call, "Observation", $"{of}&category=vital-signs&_sort=-date");
        if (vitals.Refusal is { } noVitals) return noVitals;
        return EncounterView.Of(encounter, names.Value) with
        {
            IsSigned = signed.Value?.Contains(encounter.Reference),
            Addenda = added?.ConvertAll(each => AddendumOf(each, names.Value, signed.Value?.Contains(each.Reference))),
            Note = notes.Value is [.., var note] ? NoteOf(note) : null,
            Diagnoses = CodesOf(
                diagnoses.Value, [.. encounter.Json.Items("diagnosis").Select(each => each.ReferenceTo("condition", "Condition"))]),
            Procedures = CodesOf(procedures.Value),
            Vitals = vitals.Value?.SelectMany(VitalSigns.Read).ToList(),
        };
    }

    /// <summary>Which of these references carry a signature; null where the caller may not see signatures.</summary>
    private static async ValueTask<Result<HashSet<string>?>> Signed(RecordCall call, IEnumerable<string> references)
    {
        var asked = references.ToList();
        if (asked.Count == 0) return new HashSet<string>(StringComparer.Ordinal);
        var found = await Found(call, "Provenance", $"target={string.Join(',', asked)}&_count=1000");
        if (found.Refusal is { } refusal) return refusal;
        return found.Value?.Where(each => each.Json.Items("signature").Any())
            .SelectMany(each => each.Json.Items("target").Select(target => target.Text("reference")?.Split("/_history/")[0]))
            .OfType<string>().ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Null where the caller's role does not read the type.</summary>
    private static async ValueTask<Result<IReadOnlyList<FhirRecord>?>> Found(RecordCall call, string type, string query)
    {
        var found = await call.Search(type, query);
        if (found.Refusal is { Kind: RefusalKind.Forbidden }) return (List<FhirRecord>?)null;
        return found.Refusal is { } refusal ? refusal : found.Value.Items.ToList();
    }

    private static EncounterAddendum AddendumOf(FhirRecord addendum, NamesOfRecords names, bool? isSigned)
    {
        var author = addendum.Json.ReferenceTo("author", "Practitioner");
        return new EncounterAddendum(
            addendum.Id, TextOf(addendum), author, names.Of("Practitioner", author), addendum.Json.Instant("date"), isSigned);
    }

    private static EncounterNote NoteOf(FhirRecord note) => new(note.Id, TextOf(note), note.Json.Text("docStatus") == "final");

    private static string? TextOf(FhirRecord note)
    {
        var attachment = note.Json.First("content")?.Child("attachment") ?? default;
        var isText = attachment.Text("contentType")?.StartsWith("text/plain", StringComparison.Ordinal) == true;
        var data = isText && attachment.Child("data") is { ValueKind: JsonValueKind.String } base64
            && base64.TryGetBytesFromBase64(out var bytes) ? bytes : null;
        return data is null ? null : Encoding.UTF8.GetString(data);
    }

    /// <summary>In the order in which the Encounter names them, else in that in which they came.</summary>
    private static List<EncounterCode>? CodesOf(IReadOnlyList<FhirRecord>? records, params List<string?> order) => records?.Reverse()
        .OrderBy(record => order.IndexOf(record.Id) is >= 0 and var place ? place : int.MaxValue)
        .Select(record => CodedWords.Describe(record.Id, record.Json)).ToList();
}
