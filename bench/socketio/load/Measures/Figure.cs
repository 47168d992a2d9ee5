namespace Vagus.SocketIO.Load.Measures;

/// <summary>One measured value of one server.</summary>
internal sealed record Figure(string Measure, string Unit, double Value);
