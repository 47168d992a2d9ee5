using System.Data.Common;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Access.Vault;
using Vagus.Server.Web;
using Vagus.Storage;
using Vagus.Testing;

namespace Vagus.Server.Tests;

/// <summary>What the log keeps of a request that failed, to find it again: the cause's types and code, and the trace.</summary>
public sealed class LastResortTests
{
    [Fact]
    public async Task An_unexpected_error_leaves_its_types_its_code_and_the_trace_and_no_text()
    {
        using var log = new RecordedLog();
        using var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();

        var status = await Answer(log, new InvalidOperationException("Mrs Smith", new FailedStatement("Mrs Smith", "23505")));

        Assert.Equal(500, status);
        var line = Assert.Single(log.Lines);
        Assert.Contains("failed with InvalidOperationException/FailedStatement 23505 in", line, StringComparison.Ordinal);
        Assert.Contains($"trace {activity.TraceId.ToHexString()}", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Smith", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_database_is_answered_as_unavailable_and_leaves_its_code_and_the_trace()
    {
        using var log = new RecordedLog();
        using var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();

        var status = await Answer(log, new DatabaseUnreachableException("57P03"));

        Assert.Equal(503, status);
        var line = Assert.Single(log.Lines);
        Assert.Contains("could not reach the database (57P03)", line, StringComparison.Ordinal);
        Assert.Contains(activity.TraceId.ToHexString(), line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_root_key_that_cannot_be_asked_is_answered_as_unavailable_and_says_when_to_come_back()
    {
        using var log = new RecordedLog();

        var answer = await AnswerTo(log, new KeysUnavailableException("aws-kms", "ThrottlingException", TimeSpan.FromSeconds(4.2)));

        Assert.Equal(503, answer.StatusCode);
        Assert.Equal("5", answer.Headers.RetryAfter.ToString());
        Assert.Contains("the root key of aws-kms (ThrottlingException)", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    private static async Task<int> Answer(RecordedLog log, Exception cause) => (await AnswerTo(log, cause)).StatusCode;

    private static async Task<HttpResponse> AnswerTo(RecordedLog log, Exception cause)
    {
        await using var services = new ServiceCollection().AddLogging().AddProblemDetails().BuildServiceProvider();
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(log));
        var context = new DefaultHttpContext { RequestServices = services };
        context.Response.Body = new MemoryStream();
        await new LastResort(_ => throw cause, logging.CreateLogger<LastResort>()).InvokeAsync(context);
        return context.Response;
    }

    private sealed class FailedStatement(string message, string state) : DbException(message)
    {
        public override string SqlState => state;
    }
}
