using System.Globalization;
using MetricsAlerts.Formats;
using MetricsAlerts.Metrics;
using MetricsAlerts.Rules;
using MetricsAlerts.Rules.Conditions;
using MetricsAlerts.Rules.Statistics;
using MetricsAlerts.Viewing;
using MetricsAlerts.Web.Pages.Framing;
using Microsoft.AspNetCore.Components;

namespace MetricsAlerts.Web.Pages.Charts;

/// <summary>
/// The windows of a series as a rule sees them: thresholds, recovery level, baseline, model changes, and when it was open.
/// </summary>
internal sealed class WindowChart
{
    private const int Width = 760;
    private const int Height = 250;
    private const int Left = 56;
    private const int Right = 12;
    private const int Top = 14;
    private const int Bottom = Height - 26;

    /// <summary>Between the outermost values and the edges.</summary>
    private const int Room = 8;

    /// <summary>The least distance of two lines of text.</summary>
    private const int LineHeight = 12;

    /// <summary>With more windows than this only those that say something of their own have a point.</summary>
    private const int MostPoints = 200;

    private readonly IReadOnlyList<JudgedWindow> _windows;
    private readonly IReadOnlyList<(double Value, string Class, string Text)> _levels;
    private readonly MetricDefinition _metric;
    private readonly Scale _scale;
    private readonly double _step;
    private readonly DateTimeOffset _start;
    private readonly SvgWriter _svg;

    private WindowChart(IReadOnlyList<JudgedWindow> windows, MetricDefinition metric, CompiledRule? rule, string title)
    {
        (_windows, _metric) = (windows, metric);
        _start = windows[0].Window.Start;
        var span = windows[^1].Window.End - _start;
        _step = (Width - Left - Right) / Math.Max(1, span.TotalHours);
        _levels = LevelsOf(rule, metric);
        var values = windows.Select(window => window.Window.Value).OfType<double>();
        _scale = Scale.Of(values.Concat(_levels.Select(level => level.Value)), Top + Room, Bottom - Room);
        _svg = new("chart", Width, Height, title);
    }

    /// <summary>Draws it.</summary>
    /// <param name="windows">The windows, oldest first; at least one.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="rule">The rule; null where there is none any more.</param>
    /// <param name="title">What it shows, for those who cannot see it.</param>
    public static MarkupString Draw(
        IReadOnlyList<JudgedWindow> windows, MetricDefinition metric, CompiledRule? rule, string title) =>
        windows.Count == 0 ? default : new WindowChart(windows, metric, rule, title).Draw(rule);

    private MarkupString Draw(CompiledRule? rule)
    {
        ShadeOpen();
        DrawAxes();
        if (_metric.IsProportion)
            DrawBand(rule is { ZScore: > 0 } ? rule.ZScore : WilsonInterval.ZScore(0.95));
        DrawBaseline();
        DrawLevels();
        DrawModels();
        _svg.Path("s-line", _windows.Select(window => window.Window.Value is { } value && double.IsFinite(value)
            ? (Middle(window.Window), _scale.Y(value))
            : ((double X, double Y)?)null));
        foreach (var window in _windows)
            DrawPoint(window);
        return _svg.End();
    }

    private static IReadOnlyList<(double Value, string Class, string Text)> LevelsOf(CompiledRule? compiled, MetricDefinition metric)
    {
        if (compiled?.Rule is not { } rule)
            return [];
        var levels = rule.When.Thresholds(rule.Severity).Select(level => (
            level.Value,
            $"s-{Words.Class(level.Level)}",
            $"{(level.Level == Severity.Critical ? "critical" : "warning")} {Words.Value(level.Value, metric.Unit)}")).ToList();
        if (rule.When is ThresholdCondition { Recover: var recover })
        {
            foreach (var value in new[] { recover.Single, recover.Warning, recover.Critical }.OfType<double>())
                levels.Add((value, "s-recover", $"recovered {Words.Value(value, metric.Unit)}"));
        }

        return levels;
    }

    private void ShadeOpen()
    {
        foreach (var window in _windows)
        {
            if (window.Standing is SeriesStanding.Critical or SeriesStanding.Warning or SeriesStanding.Pending)
            {
                var (from, to) = (X(window.Window.Start), X(window.Window.End));
                _svg.Rectangle($"f-{Words.Class(window.Standing)}", from, Top, to - from, Bottom - Top);
            }
        }
    }

    private void DrawAxes()
    {
        foreach (var tick in _scale.Ticks(5))
        {
            _svg.Line("s-grid", Left, _scale.Y(tick), Width - Right, _scale.Y(tick));
            _svg.Text(Numbers.Short(tick), Left - 6, _scale.Y(tick) + 4, "end");
        }

        const int Labels = 6;
        var span = _windows[^1].Window.End - _start;
        var format = span > TimeSpan.FromDays(4) ? "d MMM" : "d MMM HH:mm";
        for (var label = 0; label < Labels; label++)
        {
            var at = _start + (span * label / Labels);
            _svg.Text(at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture), X(at), Height - 8);
        }
    }

    private void DrawBand(double z)
    {
        var upper = new List<(double X, double Y)>();
        var lower = new List<(double X, double Y)>();
        foreach (var window in _windows.Select(window => window.Window))
        {
            if (window is not { Value: >= 0 and <= 1 and var value, SampleSize: > 0 })
                continue;
            var (low, high) = WilsonInterval.Of(value, window.SampleSize, z);
            upper.Add((Middle(window), Math.Max(Top, _scale.Y(high))));
            lower.Add((Middle(window), Math.Min(Bottom, _scale.Y(low))));
        }

        lower.Reverse();
        if (upper.Count > 1)
            _svg.Polygon("f-band", upper.Concat(lower));
    }

    private void DrawBaseline()
    {
        if (_windows.Select(window => window.Window.Baseline).LastOrDefault(baseline => baseline is not null) is not { } value ||
            value < _scale.Low || value > _scale.High)
        {
            return;
        }

        _svg.Line("s-base", Left, _scale.Y(value), Width - Right, _scale.Y(value));
        _svg.Text($"baseline {Words.Value(value, _metric.Unit)}", Width - Right - 4, _scale.Y(value) - 4, "end");
    }

    /// <summary>From the bottom to the top, each text above the one before.</summary>
    private void DrawLevels()
    {
        var free = double.PositiveInfinity;
        foreach (var (value, @class, text) in _levels.OrderBy(level => level.Value))
        {
            _svg.Line(@class, Left, _scale.Y(value), Width - Right, _scale.Y(value));
            var y = Math.Min(_scale.Y(value) - 4, free);
            _svg.Text(text, Left + 6, y);
            free = y - LineHeight;
        }
    }

    private void DrawModels()
    {
        string? model = null;
        foreach (var window in _windows.Select(window => window.Window).Where(window => window.ModelId is not null))
        {
            if (model is not null && window.ModelId != model)
            {
                _svg.Line("s-model", X(window.Start), Top, X(window.Start), Bottom);
                _svg.Text("another model", X(window.Start) + 4, Top + 8);
            }

            model = window.ModelId;
        }
    }

    private void DrawPoint(JudgedWindow judged)
    {
        var window = judged.Window;
        if (window.Value is not { } value || !double.IsFinite(value) ||
            (_windows.Count > MostPoints && !judged.Breaches && !judged.SaysNothing))
        {
            return;
        }

        var @class = judged.SaysNothing ? "p-open" : judged.Breaches ? $"p-{ClassOf(judged)}" : "p";
        _svg.Point(
            @class, Middle(window), _scale.Y(value), judged.SaysNothing ? 3.4 : 2.8,
            $"{Words.Utc(window.Start)}: {Words.Value(value, _metric.Unit)}, {Words.Count(window.SampleSize, "row")}, " +
                ReasonWords.Of(judged.Reason));
    }

    private static string ClassOf(JudgedWindow judged) =>
        judged.Standing is SeriesStanding.Fine or SeriesStanding.Unwatched ? "pend" : Words.Class(judged.Standing);

    private double X(DateTimeOffset time) => Left + ((time - _start).TotalHours * _step);

    private double Middle(MetricWindow window) => X(window.Start + ((window.End - window.Start) / 2));
}
