using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>A step of a biopsy: from the records as they are in the turn, against the version that the client has seen.</summary>
internal static class TakeStep
{
    /// <param name="http">The request.</param>
    /// <param name="call">Whose step it is.</param>
    /// <param name="biopsies">Shows the biopsy as the step left it.</param>
    /// <param name="id">Of the order.</param>
    /// <param name="version">What the client has seen; null: the step is taken from whichever version is current.</param>
    /// <param name="seesSignatures">Whether the caller may know of a review.</param>
    /// <param name="step">Decides and writes; answers the order. It may run twice.</param>
    public static async Task<IResult> Run(
        HttpContext http, RecordCall call, ReadBiopsies biopsies, string id, long? version, bool seesSignatures,
        Func<RecordTurn, BiopsyFile, ValueTask<Result<FhirRecord>>> step)
    {
        var taken = await ChangeRecord.Run<FhirRecord>(
            call, "ServiceRequest", id, version,
            async (turn, order) =>
            {
                var biopsy = await BiopsyFile.Within(turn, order, seesSignatures);
                return biopsy.Refusal is { } refusal ? refusal : await step(turn, biopsy.Value);
            },
            BiopsyView.OfRecord, SpecimenPartsSince.Find);
        return taken.Refusal is { } refused ? Answers.Refuse(refused) : Answers.Of(http, await biopsies.Shown(http, call, taken.Value));
    }
}
