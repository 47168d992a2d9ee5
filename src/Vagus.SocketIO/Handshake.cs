using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.SocketIO.Engine;

namespace Vagus.SocketIO;

/// <summary>What a client said when it came: its <c>auth</c> object and the request that opened the connection.</summary>
public sealed class Handshake
{
    internal Handshake(EngineHandshake engine, ReadOnlyMemory<byte> authJson)
    {
        Engine = engine;
        AuthJson = authJson;
    }

    /// <summary>The <c>auth</c> object as JSON; <c>{}</c> when the client sent none.</summary>
    public ReadOnlyMemory<byte> AuthJson { get; }

    public IHeaderDictionary Headers => Engine.Headers;

    public IQueryCollection Query => Engine.Query;

    public IPAddress? RemoteAddress => Engine.RemoteAddress;

    public bool Secure => Engine.Secure;

    public DateTimeOffset At => Engine.At;

    internal EngineHandshake Engine { get; }

    /// <summary>The <c>auth</c> object; the element owns its memory.</summary>
    public JsonElement Auth => JsonElement.Parse(AuthJson.Span);

    /// <summary>A text property of <c>auth</c>, or null.</summary>
    public string? AuthText(string property) =>
        Auth.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
