//! Texts of the server's error page, which appears when the application cannot render a page.

texts! {
    problem_title: "这一步没有完成", "This was not completed";
    problem_home: "返回首页", "Back to the start page";
}
