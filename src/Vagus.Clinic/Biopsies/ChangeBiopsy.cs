using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>
/// <c>PUT /api/biopsies/{id}</c>: what is ordered, and how far it has come: the specimen was taken, sent, or the order is cancelled. What
/// was said already changes nothing.
/// </summary>
internal sealed class ChangeBiopsy(FhirRecords records, ReadBiopsies biopsies)
{
    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, BiopsyChange.Fields);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var change = BiopsyChange.Of(body.Value);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);

        var (call, seesSignatures) = (records.Of(http), http.Reach().May(ResourceInteractions.Search, "Provenance"));
        return await TakeStep.Run(
            http, call, biopsies, id, body.Value.Version, seesSignatures, (turn, biopsy) => Change(turn, biopsy, change));
    }

    private static async ValueTask<Result<FhirRecord>> Change(RecordTurn turn, BiopsyFile biopsy, BiopsyChange change)
    {
        if (change.ProviderId is { } provider && await NamedInBody.RefuseProvider(turn, provider) is { } nobody) return nobody;
        // A specimen that is named with no status has been taken.
        var to = change.Status ?? (change.Specimen is not null && biopsy.Specimen is null ? BiopsyStatus.Collected : biopsy.Status);
        if (to != biopsy.Status && BiopsyStatus.Moves.Refuse(biopsy.Status, to) is { } refusal) return refusal;

        var order = biopsy.Order.ToObject();
        if (change.ProviderId is { } id) BiopsyRecord.SetProvider(order, id);
        if (change.Site is { } site) BiopsyRecord.SetSite(order, site);
        if (change.Procedure is { } procedure) BiopsyRecord.SetProcedure(order, procedure);
        var taken = await Specimen(turn, biopsy, change, to, order);
        if (taken.Refusal is { } unwritten) return unwritten;
        if (to == BiopsyStatus.Cancelled) order["status"] = "revoked";
        if (to != biopsy.Status) StateTag.Set(order, to);
        // With the specimen the order, too, has a next version: by it a second writer is told.
        var isSame = !taken.Value && JsonNode.DeepEquals(order, biopsy.Order.ToObject());
        return isSame ? biopsy.Order : await turn.Update(biopsy.Order, order);
    }

    /// <summary>Writes what was said of the specimen; false where that is nothing new.</summary>
    private static async ValueTask<Result<bool>> Specimen(
        RecordTurn turn, BiopsyFile biopsy, BiopsyChange change, string to, JsonObject order)
    {
        if (biopsy.Specimen is not { } specimen)
        {
            if (to != BiopsyStatus.Collected || biopsy.Status == to) return false;
            var id = turn.NewId();
            BiopsyRecord.SetSpecimen(order, id);
            var patient = biopsy.Order.Json.ReferenceTo("subject", "Patient") ?? "";
            var taken = SpecimenRecord.Taken(id, biopsy.Order.Id, patient, change.Specimen, biopsy.Order.Json, turn.At);
            return Written(await turn.Create(taken));
        }

        var isSent = to == BiopsyStatus.Sent && biopsy.Status != to;
        if (change.Specimen is null && !isSent) return false;
        var changed = isSent ? SpecimenRecord.Sent(specimen, turn.At) : specimen.ToObject();
        if (change.Specimen is { } description) changed["type"] = RecordParts.Words(description);
        return JsonNode.DeepEquals(changed, specimen.ToObject()) ? false : Written(await turn.Update(specimen, changed));
    }

    private static Result<bool> Written(Result<FhirRecord> specimen) => specimen.Refusal is { } refusal ? refusal : true;
}
