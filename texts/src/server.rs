//! Texts of the server's error page, which appears when the application cannot render a page.

texts! {
    problem_title: "这一步没有完成", "This was not completed";
    problem_home: "返回首页", "Back to the start page";
    problem_retry(seconds: u32):
        format!("本页每 {seconds} 秒自动重试一次，不用操作。"),
        format!("This page tries again by itself every {seconds} seconds.");
    problem_resubmit:
        "还没有提交。请过一会儿刷新本页，浏览器会重新提交刚才填写的内容。",
        "Nothing was submitted. Reload this page in a moment, and the browser submits your input again.";
}
