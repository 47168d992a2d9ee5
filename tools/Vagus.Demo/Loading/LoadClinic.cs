using Vagus.Demo.Connecting;
using Vagus.Demo.Synthetic;

namespace Vagus.Demo.Loading;

/// <summary>Writes a synthetic clinic to the server, a transaction per patient. What is already there is left alone.</summary>
internal sealed class LoadClinic(Crew crew, Progress progress)
{
    public async Task Run(Clinic clinic, CancellationToken cancel)
    {
        foreach (var transaction in History.Whole(clinic))
        {
            await Write(transaction, cancel);
            progress.Status(clinic.Tenant);
        }
    }

    private async Task Write(Transaction transaction, CancellationToken cancel)
    {
        var witness = await crew.Loader.Send(new Ask(HttpMethod.Get, $"fhir/{transaction.Witness}"), cancel);
        if (witness.Succeeded)
        {
            progress.AlreadyThere();
            return;
        }

        var answer = await crew.Send(
            new Actor(crew.Loader.Role), "load", new Ask(HttpMethod.Post, "fhir", transaction.ToBundle().ToJsonString()), cancel);
        if (answer.Succeeded) progress.Written(transaction.Resources.Count);
        else progress.Refusal(transaction.Name, answer.Reason);
    }
}
