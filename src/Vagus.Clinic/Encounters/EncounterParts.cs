using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Encounters;

/// <summary>
/// The records that belong to an encounter and are its content: its note, its diagnoses, its procedures; those that the caller may read and
/// change. What is hidden from the caller is neither replaced nor signed.
/// </summary>
internal sealed record EncounterParts(FhirRecord? Note, IReadOnlyList<FhirRecord> Diagnoses, IReadOnlyList<FhirRecord> Procedures)
{
    public const string NoteCode = "11506-3";
    public const string AddendumCode = "55107-7";
    private const int MostOfEach = 100;

    /// <summary>In the order in which a signature covers them.</summary>
    public IEnumerable<FhirRecord> All => new[] { Note }.OfType<FhirRecord>().Concat(Diagnoses).Concat(Procedures);

    public static async ValueTask<Result<EncounterParts>> Find(RecordTurn turn, string encounter)
    {
        var of = $"encounter=Encounter/{encounter}";
        var notes = await Find(turn, "DocumentReference", $"{of}&type={CodeSystems.Loinc}|{NoteCode}&status=current");
        if (notes.Refusal is { } refusal) return refusal;
        var diagnoses = await Find(turn, "Condition", $"{of}&verification-status:not=entered-in-error");
        if (diagnoses.Refusal is { } failed) return failed;
        var procedures = await Find(turn, "Procedure", $"{of}&status:not=entered-in-error");
        if (procedures.Refusal is { } failing) return failing;
        return new EncounterParts(notes.Value.Seen is [var first, ..] ? first : null, diagnoses.Value.Seen, procedures.Value.Seen)
        {
            HidesNote = notes.Value.Hides,
        };
    }

    /// <summary>A note is there that the caller may not read or change.</summary>
    public bool HidesNote { get; private init; }

    private static async ValueTask<Result<FoundParts>> Find(RecordTurn turn, string type, string query)
    {
        var found = await turn.Decide(type, query, MostOfEach);
        if (found.Refusal is { } refusal) return refusal;
        var within = new List<FhirRecord>();
        // A search gives the newest first.
        foreach (var each in found.Value.Reverse())
        {
            var current = await turn.Current(type, each.Id);
            if (!current.IsRefused) within.Add(current.Value);
        }

        return new FoundParts(within, within.Count < found.Value.Count);
    }

    private sealed record FoundParts(IReadOnlyList<FhirRecord> Seen, bool Hides);
}

/// <summary>The records that a change of an encounter writes. Pure.</summary>
internal static class EncounterContent
{
    /// <summary>A draft: patients do not see it before it is signed.</summary>
    public static JsonObject Note(string text, EncounterFacts facts, DateTimeOffset at)
    {
        var note = Document(RecordParts.Concept(CodeSystems.Loinc, EncounterParts.NoteCode, "Progress note"), text, facts, at);
        note["meta"] = new JsonObject { ["security"] = new JsonArray(RecordParts.Coding(CodeSystems.ActCode, "NOPAT")) };
        note["docStatus"] = "preliminary";
        return note;
    }

    /// <summary>
    /// What is added to a signed encounter: final, as it is signed by the write that makes it, and labelled as the note that it adds to
    /// is now: with a note that was withheld from the patient after its signature, the addendum is withheld too.
    /// </summary>
    public static JsonObject Addendum(string text, EncounterFacts facts, FhirRecord encounter, FhirRecord? note, DateTimeOffset at)
    {
        var addendum = Document(RecordParts.Concept(CodeSystems.Loinc, EncounterParts.AddendumCode, "Addendum"), text, facts, at);
        SecurityOf.CopyTo((note ?? encounter).Json, addendum);
        SetLabels(addendum, isReleased: false);
        addendum["docStatus"] = "final";
        if (note is not null)
        {
            addendum["relatesTo"] = new JsonArray(new JsonObject
            {
                ["code"] = "appends", ["target"] = RecordParts.Reference("DocumentReference", note.Id),
            });
        }

        return addendum;
    }

    private static JsonObject Document(JsonObject type, string text, EncounterFacts facts, DateTimeOffset at)
    {
        var note = RecordParts.Resource("DocumentReference");
        note["status"] = "current";
        note["type"] = type;
        note["category"] = new JsonArray(RecordParts.Concept(
            "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "clinical-note"));
        note["subject"] = RecordParts.Reference("Patient", facts.Patient);
        note["date"] = Instants.Write(at);
        if (facts.Author is { } author) note["author"] = new JsonArray(RecordParts.Reference("Practitioner", author));
        note["context"] = new JsonObject { ["encounter"] = new JsonArray(RecordParts.Reference("Encounter", facts.Encounter)) };
        SetText(note, text);
        return note;
    }

    public static void SetText(JsonObject note, string text) => note["content"] = new JsonArray(new JsonObject
    {
        ["attachment"] = new JsonObject
        {
            ["contentType"] = "text/plain; charset=utf-8",
            ["data"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text)),
        },
    });

    /// <summary>Signed: the patient whose note it is may see it from now on.</summary>
    public static JsonObject Final(FhirRecord note)
    {
        var final = note.ToObject();
        final["docStatus"] = "final";
        SetLabels(final, isReleased: true);
        return final;
    }

    /// <summary>Its labels, among them one of confidentiality; with its release to the patient NOPAT is taken off.</summary>
    private static void SetLabels(JsonObject document, bool isReleased)
    {
        var kept = (document["meta"]?["security"] as JsonArray ?? [])
            .Where(label => !isReleased || (string?)label?["code"] != "NOPAT").Select(label => label?.DeepClone()).ToList();
        if (!kept.Exists(label => (string?)label?["system"] == Confidentiality)) kept.Add(RecordParts.Coding(Confidentiality, "N"));
        document["meta"] = new JsonObject { ["security"] = new JsonArray([.. kept]) };
    }

    public static JsonObject Diagnosis(CodedWords diagnosis, EncounterFacts facts, DateTimeOffset at)
    {
        var condition = RecordParts.Resource("Condition");
        condition["clinicalStatus"] = RecordParts.Concept(CodeSystems.ConditionClinical, "active");
        condition["verificationStatus"] = RecordParts.Concept(VerificationStatus, "confirmed");
        condition["category"] = new JsonArray(RecordParts.Concept(CodeSystems.ConditionCategory, "encounter-diagnosis"));
        condition["code"] = diagnosis.ToConcept();
        condition["subject"] = RecordParts.Reference("Patient", facts.Patient);
        condition["encounter"] = RecordParts.Reference("Encounter", facts.Encounter);
        condition["recordedDate"] = Instants.Write(at);
        if (facts.Author is { } author) condition["recorder"] = RecordParts.Reference("Practitioner", author);
        return condition;
    }

    public static JsonObject Procedure(CodedWords done, EncounterFacts facts, DateTimeOffset at)
    {
        var procedure = RecordParts.Resource("Procedure");
        procedure["status"] = "completed";
        procedure["code"] = done.ToConcept();
        procedure["subject"] = RecordParts.Reference("Patient", facts.Patient);
        procedure["encounter"] = RecordParts.Reference("Encounter", facts.Encounter);
        procedure["performedDateTime"] = Instants.Write(at);
        if (facts.Author is { } author)
            procedure["performer"] = new JsonArray(new JsonObject { ["actor"] = RecordParts.Reference("Practitioner", author) });
        return procedure;
    }

    /// <summary>
    /// What was taken off the encounter: it stays in the record, as an error. R4 con-5: such a Condition has no clinical status.
    /// </summary>
    public static JsonObject Mistaken(FhirRecord part)
    {
        var mistaken = part.ToObject();
        if (part.Type == "Condition")
        {
            mistaken.Remove("clinicalStatus");
            mistaken["verificationStatus"] = RecordParts.Concept(VerificationStatus, "entered-in-error");
        }
        else
        {
            mistaken["status"] = "entered-in-error";
        }

        return mistaken;
    }

    private const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    private const string VerificationStatus = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
}

/// <summary>The encounter that something belongs to, and who writes it.</summary>
internal sealed record EncounterFacts(string Encounter, string Patient, string? Author);
