using Microsoft.AspNetCore.Http;
using Vagus.Kernel;

namespace Vagus.Access.Policies;

/// <summary>A refusal that is answered in a form of its own, such as a page, and is recorded as every other one.</summary>
public sealed class RefusedAnswer(Refusal refusal, IResult answer) : IResult
{
    public Refusal Refusal => refusal;

    public Task ExecuteAsync(HttpContext httpContext) => answer.ExecuteAsync(httpContext);
}
