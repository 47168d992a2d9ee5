using System.Net;
using System.Text.Json.Nodes;
using Vagus.Demo.Connecting;
using Vagus.Demo.Synthetic;

namespace Vagus.Demo.Playing;

/// <summary>How a step ended.</summary>
internal abstract record Ending
{
    internal sealed record Done(int Resources) : Ending;

    internal sealed record AlreadyDone : Ending;

    internal sealed record Refused(string Reason) : Ending;
}

/// <summary>Does one step over the API. Doing it again changes nothing.</summary>
internal sealed class PerformStep(Crew crew, TimeProvider clock)
{
    private const int MostTries = 5;
    private readonly WorkOnAlerts alerts = new(crew, clock);
    private readonly TalkInThread inThreads = new(crew);

    public Task<Ending> Run(Step step, CancellationToken cancel) => step.Act switch
    {
        Write write => Write(step.Actor, write.Resources, cancel),
        Change change => Change(step.Actor, change, cancel),
        Open open => Open(step.Actor, open, cancel),
        Call call => Call(step.Actor, call, cancel),
        Tell tell => Tell(step.Actor, tell, cancel),
        Delete delete => Delete(step.Actor, delete.Reference, cancel),
        InThread asked => inThreads.Ask(step.Actor, asked, cancel),
        TakeBack taken => inThreads.TakeBack(step.Actor, taken, cancel),
        AnswerAlerts answer => alerts.Answer(step.Actor, answer.Patient, cancel),
        HandOnAlerts handed => alerts.HandOn(step.Actor, handed, cancel),
        _ => throw new InvalidOperationException($"nobody knows how to do a {step.Act.GetType().Name}"),
    };

    private async Task<Ending> Write(Actor actor, IReadOnlyList<JsonObject> resources, CancellationToken cancel)
    {
        var transaction = new Transaction("step", resources);
        var witness = await crew.Trusted.Send(new Ask(HttpMethod.Get, $"fhir/{transaction.Witness}"), cancel);
        if (witness.Succeeded || witness.Status == HttpStatusCode.Gone) return new Ending.AlreadyDone();

        var ask = resources.Count == 1
            ? new Ask(HttpMethod.Put, $"fhir/{transaction.Witness}", resources[0].ToJsonString())
            : new Ask(HttpMethod.Post, "fhir", transaction.ToBundle().ToJsonString());
        var answer = await crew.Send(actor, $"write {Fhir.TypeOf(resources[0])}", ask, cancel);
        return answer.Succeeded ? new Ending.Done(resources.Count) : new Ending.Refused(answer.Reason);
    }

    private async Task<Ending> Change(Actor actor, Change change, CancellationToken cancel)
    {
        Answer? answer = null;
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var read = await Read(actor, change.Reference, cancel);
            if (!read.Succeeded || read.Body is not { } resource) return new Ending.Refused(read.Reason);
            if (!change.Alter(resource)) return new Ending.AlreadyDone();

            var put = new Ask(HttpMethod.Put, $"fhir/{change.Reference}", resource.ToJsonString(), Version(read, resource));
            answer = await crew.Send(actor, $"write {TypeIn(change.Reference)}", put, cancel);
            if (answer.Succeeded) return new Ending.Done(1);
            if (!answer.IsConflict) break;
        }

        return new Ending.Refused(answer?.Reason ?? "not tried");
    }

    private async Task<Answer> Read(Actor actor, string reference, CancellationToken cancel)
    {
        var ask = new Ask(HttpMethod.Get, $"fhir/{reference}");
        var answer = await crew.Send(actor, $"read {TypeIn(reference)}", ask, cancel);

        // What a role must not see is not there for it.
        return answer.Status == HttpStatusCode.NotFound ? await crew.Trusted.Send(ask, cancel) : answer;
    }

    private async Task<Ending> Delete(Actor actor, string reference, CancellationToken cancel)
    {
        var known = await crew.Trusted.Send(new Ask(HttpMethod.Get, $"fhir/{reference}"), cancel);
        if (known.Status is HttpStatusCode.Gone or HttpStatusCode.NotFound) return new Ending.AlreadyDone();
        var answer = await crew.Send(actor, $"delete {TypeIn(reference)}", new Ask(HttpMethod.Delete, $"fhir/{reference}"), cancel);
        return answer.Succeeded ? new Ending.Done(0) : new Ending.Refused(answer.Reason);
    }

    private async Task<Ending> Open(Actor actor, Open open, CancellationToken cancel)
    {
        var answer = await crew.Send(actor, $"open {TypeIn(open.Reference)}", new Ask(HttpMethod.Get, $"fhir/{open.Reference}"), cancel);
        return answer.Succeeded ? new Ending.Done(0) : new Ending.Refused(answer.Reason);
    }

    private async Task<Ending> Call(Actor actor, Call call, CancellationToken cancel)
    {
        var body = call.Body?.ToJsonString() ?? "{}";
        var answer = await crew.Send(actor, $"call {call.Path.Split('/')[1]}", new Ask(HttpMethod.Post, call.Path, body), cancel);
        if (answer.Succeeded) return new Ending.Done(1);
        if (answer.IsConflict) return new Ending.AlreadyDone();

        var isAbsent = answer.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented;
        if (isAbsent && call.OtherwiseChange is { } change) return await Change(actor, change, cancel);
        return isAbsent && call.Otherwise.Count > 0 ? await Write(actor, call.Otherwise, cancel) : new Ending.Refused(answer.Reason);
    }

    private async Task<Ending> Tell(Actor actor, Tell tell, CancellationToken cancel)
    {
        var answer = await crew.Send(actor, "write a message", new Ask(HttpMethod.Post, tell.Path, tell.Body.ToJsonString()), cancel);
        return answer.Succeeded ? new Ending.Done(1) : new Ending.Refused(answer.Reason);
    }

    private static string TypeIn(string reference) => reference.Split('/')[0];

    private static string? Version(Answer read, JsonObject resource) =>
        read.ETag ?? ((string?)resource["meta"]?["versionId"] is { } version ? $"W/\"{version}\"" : null);
}
