using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Tenants;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Patients;

/// <summary>
/// <c>POST /api/patients/{id}/insurance-verification</c>: what the payer was asked and has answered. The Coverage of this member number
/// with this payer is taken, or written.
/// </summary>
internal sealed class VerifyInsurance(FhirRecords records)
{
    private static readonly Refusal WrongPeriod = new(RefusalKind.Invalid, "invalid_field", "'validTo' is not before 'validFrom'.");

    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, "payer", "memberId", "validFrom", "validTo", "verified");
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var fields = body.Value;
        if (!fields.Has("verified")) fields.Refuse(FieldRefusals.Missing("verified"));
        var told = new Told(
            fields.Text("payer"), fields.Text("memberId"), fields.Day("validFrom"), fields.Day("validTo"), fields.Flag("verified"));
        if (told.ValidTo < told.ValidFrom) fields.Refuse(WrongPeriod);
        if (fields.Refusal is { } wrong) return Answers.Refuse(wrong);

        return Answers.Of(
            http, await records.Of(http).Write<InsuranceVerification>(turn => Write(turn, id, told)), StatusCodes.Status201Created);
    }

    private static async ValueTask<Result<InsuranceVerification>> Write(RecordTurn turn, string patientId, Told told)
    {
        var patient = await turn.Read("Patient", patientId);
        if (patient.Refusal is { } unseen) return unseen;
        var payer = await PayerOf(turn, told.Payer);
        if (payer.Refusal is { } failed) return failed;
        var coverage = await Coverage(turn, patientId, told, payer.Value);
        if (coverage.Refusal is { } refused) return refused;
        var request = Eligibility("CoverageEligibilityRequest", patientId, payer.Value, turn.At);
        request["insurance"] = new JsonArray(new JsonObject { ["coverage"] = RecordParts.Reference("Coverage", coverage.Value.Id) });
        var asked = await turn.Create(request);
        if (asked.Refusal is { } unasked) return unasked;

        var response = Eligibility("CoverageEligibilityResponse", patientId, payer.Value, turn.At);
        response["request"] = RecordParts.Reference("CoverageEligibilityRequest", asked.Value.Id);
        response["outcome"] = "complete";
        var insurance = new JsonObject
        {
            ["coverage"] = RecordParts.Reference("Coverage", coverage.Value.Id), ["inforce"] = told.IsVerified,
        };
        insurance.Put("benefitPeriod", told.Period());
        response["insurance"] = new JsonArray(insurance);
        var answered = await turn.Create(response);
        if (answered.Refusal is { } unanswered) return unanswered;
        return new InsuranceVerification(
            answered.Value.Id, patientId, coverage.Value.Id, told.Payer, told.MemberId, told.IsVerified, answered.Value.Version);
    }

    private static async ValueTask<Result<FhirRecord>> Coverage(RecordTurn turn, string patientId, Told told, JsonObject payer)
    {
        var known = await turn.Decide("Coverage", $"beneficiary=Patient/{patientId}&status=active", most: 100);
        if (known.Refusal is { } failed) return failed;
        if (known.Value.FirstOrDefault(each => each.Json.Text("subscriberId") == told.MemberId && IsPaidBy(each.Json, payer)) is { } there)
        {
            var current = await turn.Current("Coverage", there.Id);
            if (current.IsRefused || told.Period() is not { } period) return current;
            var changed = current.Value.ToObject();
            changed["period"] = period;
            return await turn.Update(current.Value, changed);
        }

        var coverage = RecordParts.Resource("Coverage");
        coverage["status"] = "active";
        coverage["subscriberId"] = told.MemberId;
        coverage["beneficiary"] = RecordParts.Reference("Patient", patientId);
        coverage.Put("period", told.Period());
        coverage["payor"] = new JsonArray(payer.DeepClone());
        return await turn.Create(coverage);
    }

    // Numbers of members are each payer's own. Where one of both names no Organization, the names decide.
    private static bool IsPaidBy(JsonElement coverage, JsonObject payer) => coverage.Items("payor").Any(each =>
        each.Text("reference") is { } reference && (string?)payer["reference"] is { } asked
            ? reference == asked
            : each.Text("display") is { } name && string.Equals(name.Trim(), (string?)payer["display"], StringComparison.OrdinalIgnoreCase));

    /// <summary>An Organization of the directory, by its id, or the payer's name alone.</summary>
    private static async ValueTask<Result<JsonObject>> PayerOf(RecordTurn turn, string payer)
    {
        if (ChosenId.IsFhirId(payer))
        {
            var known = await turn.Read("Organization", payer);
            if (known.Refusal is { Kind: RefusalKind.Unavailable } unrecorded) return unrecorded;
            if (!known.IsRefused) return RecordParts.Reference("Organization", payer, PersonNames.Of(known.Value.Json));
        }

        return new JsonObject { ["type"] = "Organization", ["display"] = payer };
    }

    private static JsonObject Eligibility(string type, string patientId, JsonObject payer, DateTimeOffset at)
    {
        var eligibility = RecordParts.Resource(type);
        eligibility["status"] = "active";
        eligibility["purpose"] = new JsonArray("validation");
        eligibility["patient"] = RecordParts.Reference("Patient", patientId);
        eligibility["created"] = Instants.Write(at);
        eligibility["insurer"] = payer.DeepClone();
        return eligibility;
    }

    private sealed record Told(string Payer, string MemberId, DateOnly? ValidFrom, DateOnly? ValidTo, bool IsVerified)
    {
        public JsonObject? Period()
        {
            if (ValidFrom is null && ValidTo is null) return null;
            var period = new JsonObject();
            period.Put("start", Day(ValidFrom));
            period.Put("end", Day(ValidTo));
            return period;
        }

        private static JsonValue? Day(DateOnly? day) =>
            day is { } known ? JsonValue.Create(known.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)) : null;
    }
}

/// <summary>A payer's answer.</summary>
internal sealed record InsuranceVerification(
    string Id, string PatientId, string CoverageId, string Payer, string MemberId, bool Verified, long Version) : IVersioned;
