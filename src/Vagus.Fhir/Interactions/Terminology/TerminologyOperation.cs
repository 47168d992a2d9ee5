using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Terminology;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions.Terminology;

/// <summary>
/// What the operations of terminology share: parameters are read, those that an operation does not have are refused by name, and what it
/// looks at is recorded.
/// </summary>
internal sealed class TerminologyOperation(FhirOptions options, FhirCalls calls, FhirReads reads, CostlySearches turns)
{
    public async Task<IResult> Answer(
        HttpContext http, OperationRow operation, string type,
        Func<OperationParameters, TenantTerminology, ValueTask<Result<FhirResponse>>> work)
    {
        var call = calls.Of(http);
        var parameters = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (parameters.Refusal is { } unread) return FhirResponses.Refuse(unread);
        if (operation.RefuseOthers(parameters.Value) is { } unknown) return FhirResponses.Refuse(unknown);
        // A value set that the call sends may cost as much as it likes to: it takes a turn, as costly searches do.
        var isSent = parameters.Value.Element("valueSet").ValueKind == JsonValueKind.Object;
        using var turn = isSent ? await turns.Turn(call.Caller, call.Cancel) : null;
        if (turn is { IsAcquired: false }) return FhirResponses.Refuse(CostlySearches.TooMany);
        var answer = await reads.Terminology(call, type, operation.Name, source => work(parameters.Value, source));
        return answer.Refusal is { } refused ? FhirResponses.Refuse(refused) : answer.Value;
    }
}
