using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Browsing;

/// <summary>A patient with an account of the portal, who writes through its API as the portal does.</summary>
internal sealed class WritingPatient(SignedIn inviting, string token)
{
    private const string Threads = "/api/patient-portal/messages/threads";

    /// <summary>Invited and activated; the record and its birth date are those of the small clinic.</summary>
    public static async Task<WritingPatient> Ana(SignedIn inviting)
    {
        var asked = new JsonObject { ["email"] = "ana@example.org", ["deliver"] = "code" };
        var invited = await inviting.Post($"/api/patients/{SmallClinic.Ana}/portal-invitation", asked.ToJsonString());
        Assert.True(invited.Succeeded, invited.Text);
        var activation = new JsonObject
        {
            ["token"] = (string)invited.Json["code"]!, ["birthDate"] = "1984-05-06", ["password"] = "twelve yellow tractors",
        };
        var session = await inviting.Send(
            HttpMethod.Post, "/api/patient-portal/auth/activate", activation.ToJsonString(), bearer: null);
        Assert.True(session.Succeeded, session.Text);
        return new WritingPatient(inviting, (string)session.Json["accessToken"]!);
    }

    /// <summary>The id of the new thread.</summary>
    public async Task<string> Begin(string subject, string content)
    {
        var body = new JsonObject { ["subject"] = subject, ["category"] = "general", ["content"] = content };
        return (string)(await Send(HttpMethod.Post, Threads, body)).Json["thread"]!["id"]!;
    }

    public Task Write(string thread, string content) =>
        Send(HttpMethod.Post, $"{Threads}/{thread}/messages", new JsonObject { ["content"] = content });

    /// <summary>Everything that the patient is shown of a thread.</summary>
    public async Task<string> Read(string thread) => (await Send(HttpMethod.Get, $"{Threads}/{thread}", body: null)).Text;

    private async Task<Answer> Send(HttpMethod method, string path, JsonObject? body)
    {
        var answer = await inviting.Send(method, path, body?.ToJsonString(), token);
        Assert.True(answer.Succeeded, answer.Text);
        return answer;
    }
}
